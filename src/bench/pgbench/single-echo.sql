-- One execution, row by row: two transactions of two statements, each pipelined into one round trip.
\set n :n + 1
\startpipeline
insert into execution (id, task_name, status, payload, scheduled_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, 'echo', 'active', :payload, now());
insert into task (execution_id, run_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, now());
\endpipeline
\startpipeline
update execution set status = 'completed', result = :payload, completed_at = now(), version = 2 where id = :run::text || '-' || :client_id::text || '-' || :n::text;
delete from task where execution_id = :run::text || '-' || :client_id::text || '-' || :n::text;
\endpipeline
