-- The workers that speak HTTP, as each instance hears of them; written by it every few seconds, all in one statement.
create table worker (
    worker_id  text collate "C" not null,
    instance   text collate "C" not null,
    task_names text[]           not null,
    -- Its claims that waited at that moment.
    parked     integer          not null,
    seen_at    timestamptz      not null,
    constraint worker_pk primary key (worker_id, instance)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
