-- A page of queued executions by name or status is read in the order of their ids: without this index a queue of a million was
-- sorted for each. What is started at once, as most starts are, has no entry in it.
create index task_scheduled_by_id on task (task_name, execution_id) where started_at is null;
