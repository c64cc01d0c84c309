-- Which task names are served: one row for each instance, written by it every few seconds, so that a start under a name that
-- nobody serves can be seen to wait for a worker.
create table served_task (
    holder     text collate "C" not null primary key,
    task_names text[]           not null,
    seen_at    timestamptz      not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
