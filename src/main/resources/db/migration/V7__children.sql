-- Executions that were started by the body of another one. A child names its parent; null for all others, which pay nothing.
alter table execution
    add column parent_id text collate "C",
    add column parent_run integer,
    add column parent_task text collate "C",
    -- Whether the cancel of the parent's run travels down to it.
    add column cancel_with_parent boolean;
create index execution_by_parent on execution (parent_id, id) where parent_id is not null;

-- Whether the run has started a child. Set under the row's lock, so that whoever ends the run sees it, whatever its snapshot.
alter table task add column has_children boolean not null default false;

-- Cancelled runs whose children are still to be cancelled: written with the cancel, gone when it has travelled down.
create table child_cancel (
    execution_id text collate "C" not null,
    run_index    integer          not null,
    constraint child_cancel_pk primary key (execution_id, run_index)
);
