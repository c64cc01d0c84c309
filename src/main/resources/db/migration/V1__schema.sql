-- The tables of Zart Server. Every key begins with the execution id, so that all of them could be hash-distributed by it.
-- There are no foreign keys: each operation is one statement that writes all its rows, and retention deletes by execution id.

-- One row for each execution: written when it starts, and once more when it ends. What changes in between is in "task".
-- Holds the current run; earlier runs are in "run". status 'active' means: see the task row.
create table execution (
    id           text collate "C" not null,
    task_name    text collate "C" not null,
    status       text collate "C" not null default 'active',
    run_index    integer          not null default 0,
    -- Changes of the record up to its last write; while it is active the task row counts on.
    version      integer          not null default 1,
    -- The highest fencing token ever given out; written when the task row goes, so that no token comes twice.
    lease_epoch  bigint           not null default 0,
    trigger      text             not null default 'initial',
    scheduled_at timestamptz      not null,
    started_at   timestamptz,
    completed_at timestamptz,
    triggered_by text,
    tags         text,
    payload      text,
    result       text,
    error        text,
    constraint execution_pk primary key (id),
    constraint execution_id_length check (char_length(id) between 1 and 255),
    constraint execution_task_name_length check (char_length(task_name) between 1 and 255),
    constraint execution_status check (status in ('active', 'completed', 'failed', 'cancelled'))
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.02);

-- The list route. Active rows and ended rows have indexes of their own, so that a start pays for one of them only.
create index execution_active_by_time on execution (scheduled_at, id) where status = 'active';
create index execution_by_status_time on execution (status, scheduled_at, id) where status <> 'active';
create index execution_by_status_id on execution (status, id) where status <> 'active';
create index execution_by_task_time on execution (task_name, scheduled_at, id) where status <> 'active';
create index execution_by_task_id on execution (task_name, id) where status <> 'active';
-- Retention.
create index execution_by_completion on execution (completed_at) where status <> 'active';

-- The hot table: one narrow row for each active run, deleted when the run ends.
-- A task is claimable when run_at <= now(); nothing else decides it. A claim pushes run_at ahead by the lease.
create table task (
    execution_id text collate "C" not null primary key,
    task_name    text collate "C" not null,
    run_index    integer          not null,
    run_at       timestamptz      not null,
    -- The fencing token: raised by every claim, carried by every write of the activation.
    lease_epoch  bigint           not null,
    -- Who holds the lease, null when nobody does.
    holder       text,
    version      integer          not null,
    started_at   timestamptz,
    deadline     timestamptz,
    -- Events ever delivered in this run. A park for an event names the count that it knows and is refused when it has
    -- changed: the row lock orders the two, whatever the snapshot of the event table shows.
    event_count  integer          not null default 0,
    -- What the parked run waits for; shown to clients, and wait_events decides whether an event wakes it.
    wait_kind    text,
    wait_name    text,
    wait_until   timestamptz,
    wait_events  text[]
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_analyze_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
create index task_due on task (task_name, run_at);
create index task_deadline on task (deadline) where deadline is not null;

-- One row for each step that has an outcome, or that is parked (sleep, event). A step that only failed so far and will be
-- tried again has attempt rows and no row here.
create table step (
    execution_id   text collate "C" not null,
    run_index      integer          not null,
    name           text collate "C" not null,
    -- Order in which the run reached it; branches of a parallel group in the order of the code.
    position       integer          not null,
    parallel_group integer,
    kind           text             not null,
    status         text             not null,
    -- Number of its last attempt; attempts before it are in "attempt".
    attempt        integer          not null default 1,
    -- Failed attempts since the retry policy began.
    failures       integer          not null default 0,
    -- The run in which it really ran, when a rerun carried it over.
    carried_from   integer,
    scheduled_at   timestamptz      not null,
    started_at     timestamptz,
    completed_at   timestamptz,
    -- When a sleep ends or a wait for an event times out.
    wake_at        timestamptz,
    result         text,
    error          text,
    constraint step_pk primary key (execution_id, run_index, name)
) with (autovacuum_vacuum_insert_scale_factor = 0.05);

-- One row for each failed attempt that was followed, or will be, by another.
create table attempt (
    execution_id   text collate "C" not null,
    run_index      integer          not null,
    step_name      text collate "C" not null,
    number         integer          not null,
    position       integer          not null,
    parallel_group integer,
    kind           text             not null,
    error          text             not null,
    started_at     timestamptz      not null,
    completed_at   timestamptz      not null,
    -- When the next attempt is due.
    retry_at       timestamptz,
    -- Failed attempts since the retry policy began, this one included.
    failures       integer          not null,
    constraint attempt_pk primary key (execution_id, run_index, step_name, number)
);

-- Earlier runs.
create table run (
    execution_id text collate "C" not null,
    run_index    integer          not null,
    trigger      text             not null,
    triggered_by text,
    status       text             not null,
    scheduled_at timestamptz      not null,
    started_at   timestamptz,
    completed_at timestamptz,
    payload      text,
    result       text,
    error        text,
    constraint run_pk primary key (execution_id, run_index)
);

-- Events that arrived. A taken one stays, without its payload, while its run is current, to recognise duplicates.
create table event (
    execution_id text collate "C" not null,
    seq          bigint generated always as identity,
    name         text collate "C" not null,
    payload      text,
    dedup_key    text collate "C",
    -- The run in which it arrived: duplicates are recognised within it.
    run_index    integer          not null,
    arrived_at   timestamptz      not null,
    -- The run that took it; null while it is buffered.
    taken_by_run integer,
    constraint event_pk primary key (execution_id, seq)
);
create unique index event_dedup on event (execution_id, run_index, dedup_key) where dedup_key is not null;

-- Executions by status: the sum over both tables, exact in every snapshot. Writing statements append a row of deltas;
-- a background task folds them into the one row of "tally".
create table tally (
    only_row  boolean primary key default true check (only_row),
    scheduled bigint not null default 0,
    running   bigint not null default 0,
    completed bigint not null default 0,
    failed    bigint not null default 0,
    cancelled bigint not null default 0
);
insert into tally default values;
create table tally_delta (
    scheduled integer not null default 0,
    running   integer not null default 0,
    completed integer not null default 0,
    failed    integer not null default 0,
    cancelled integer not null default 0
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
