-- As fast with millions of executions as with none: the indexes of the list, and settings that keep the tables small.

-- When the run may start, also here, so that active executions can be listed from this narrow table alone.
alter table task add column scheduled_at timestamptz not null default now();
update task set scheduled_at = e.scheduled_at from execution e where e.id = task.execution_id;

-- What a start pays: execution_pk, task_pkey, task_due and one of the next two.
drop index execution_active_by_time;
create index task_scheduled on task (task_name, scheduled_at, execution_id) where started_at is null;
create index task_running on task (task_name, scheduled_at, execution_id) where started_at is not null;

-- What an end pays: execution_pk and the next three. Each begins with columns of few values and ends in the order of a list,
-- so that a filter by status, by task name or by both is a range, and a list without a filter merges a few ranges.
-- Retention walks the first of them.
drop index execution_by_status_time, execution_by_status_id, execution_by_task_time, execution_by_task_id,
  execution_by_completion;
create index execution_ended_by_time on execution (status, scheduled_at, id) where status <> 'active';
create index execution_ended_by_task_time on execution (task_name, status, scheduled_at, id) where status <> 'active';
create index execution_ended_by_task_id on execution (task_name, status, id) include (scheduled_at) where status <> 'active';

-- Retention deletes from these; without the settings a fifth of a table would have to die before it is vacuumed.
alter table step set (autovacuum_vacuum_scale_factor = 0.02);
alter table attempt set (autovacuum_vacuum_scale_factor = 0.02);
alter table run set (autovacuum_vacuum_scale_factor = 0.02);
alter table event set (autovacuum_vacuum_scale_factor = 0.02);
alter table tally set (fillfactor = 10);
