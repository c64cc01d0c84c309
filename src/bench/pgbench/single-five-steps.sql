-- One execution, row by row: seven transactions; those of two statements are pipelined into one round trip.
\set n :n + 1
\startpipeline
insert into execution (id, task_name, status, payload, scheduled_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, 'five-steps', 'active', :payload, now());
insert into task (execution_id, run_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, now());
\endpipeline
insert into step (execution_id, name, status, result, completed_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, 'step-1', 'completed', '1', now());
insert into step (execution_id, name, status, result, completed_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, 'step-2', 'completed', '2', now());
insert into step (execution_id, name, status, result, completed_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, 'step-3', 'completed', '3', now());
insert into step (execution_id, name, status, result, completed_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, 'step-4', 'completed', '4', now());
insert into step (execution_id, name, status, result, completed_at) values (:run::text || '-' || :client_id::text || '-' || :n::text, 'step-5', 'completed', '5', now());
\startpipeline
update execution set status = 'completed', result = '{"sum":15}', completed_at = now(), version = 2 where id = :run::text || '-' || :client_id::text || '-' || :n::text;
delete from task where execution_id = :run::text || '-' || :client_id::text || '-' || :n::text;
\endpipeline
