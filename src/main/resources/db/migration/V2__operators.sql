-- What operators need: acts that are remembered, pause rules, and a view of the steps in work.

-- The time-out that the run was started with, so that a new run or a retried step begins it anew.
alter table execution add column timeout_ms bigint;

-- The steps in work as of the last heartbeat: a JSON array of {"name","kind","position","group","attempt","ms"}, ms being how
-- long the attempt had been running by then.
alter table task add column working text;
alter table task add column working_at timestamptz;
-- From when the handler's deadline counts, when that is not the run's scheduled time: a retried step gets the whole of it.
alter table task add column deadline_from timestamptz;
-- The pause rules that hold the parked run.
alter table task add column held_by text[];
create index task_held on task (execution_id) where held_by is not null;

create table pause_rule (
    rule_id      text collate "C" not null primary key,
    execution_id text collate "C",
    task_name    text collate "C",
    step_pattern text collate "C",
    created_at   timestamptz      not null,
    expires_at   timestamptz,
    created_by   text,
    reason       text,
    deleted_at   timestamptz,
    deleted_by   text
);
create index pause_rule_by_time on pause_rule (created_at, rule_id);
create index pause_rule_alive on pause_rule (rule_id) where deleted_at is null;

-- Counts the changes of the rules. Statements that let work begin return it, so that an instance with older rules learns it
-- before the work begins; a park that is held by a rule locks it, so that no release is missed.
create table pause_state (
    only_row boolean primary key default true check (only_row),
    version  bigint  not null default 0
);
insert into pause_state default values;

-- One row for each act of an operator, written by the statement of the act.
create table audit (
    execution_id text collate "C",
    seq          bigint generated always as identity,
    run_index    integer,
    operation    text        not null,
    triggered_by text,
    reason       text,
    at           timestamptz not null,
    -- What the act was about: a JSON object.
    detail       text,
    -- The bulk operation on whose behalf: it acts on an execution at most once.
    bulk_id      text collate "C"
);
create index audit_by_time on audit (seq);
create index audit_by_execution on audit (execution_id, seq);
create unique index audit_bulk on audit (execution_id, bulk_id) where bulk_id is not null;
