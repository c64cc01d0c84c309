-- A hundred executions at once, by statements of a hundred rows.
\set n :n + 1
\startpipeline
insert into execution (id, task_name, status, payload, scheduled_at) select id, 'five-steps', 'active', :payload, now() from (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x;
insert into task (execution_id, run_at) select id, now() from (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x;
\endpipeline
insert into step (execution_id, name, status, result, completed_at) select id, 'step-1', 'completed', '1', now() from (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x;
insert into step (execution_id, name, status, result, completed_at) select id, 'step-2', 'completed', '2', now() from (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x;
insert into step (execution_id, name, status, result, completed_at) select id, 'step-3', 'completed', '3', now() from (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x;
insert into step (execution_id, name, status, result, completed_at) select id, 'step-4', 'completed', '4', now() from (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x;
insert into step (execution_id, name, status, result, completed_at) select id, 'step-5', 'completed', '5', now() from (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x;
\startpipeline
update execution e set status = 'completed', result = '{"sum":15}', completed_at = now(), version = 2 from (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x where e.id = x.id;
delete from task t using (select :run::text || '-' || :client_id::text || '-' || :n::text || '-' || i as id from generate_series(1, 100) as i) as x where t.execution_id = x.id;
\endpipeline
