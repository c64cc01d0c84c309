package io.zart.server.store;

/** The statements of children. */
final class ChildSql {

    /**
     * Wakes the parents of the ended executions in {@code e}; part of every statement that ends runs. It raises their count of
     * events, by which a park that does not know of the end is refused. 1 row for each parent.
     */
    static final String WAKE_PARENTS = """
            , p as (
              update task set event_count = event_count + c.ended,
                run_at = case when E'\\x01child' = any(wait_events) then least(run_at, now()) else run_at end
              from (select parent_id, count(*)::int as ended from e where parent_id is not null
                group by parent_id order by parent_id) c
              where task.execution_id = any(array[c.parent_id]))
            """;

    /** Notes that the cancel of the runs in {@code $source} is to travel down. 1 row for each that has children. */
    static String travelDown(String source) {
        return ", k as (insert into child_cancel (execution_id, run_index) select execution_id, run_index from "
                + source + " where has_children on conflict do nothing)\n";
    }

    /**
     * 2 rows for each, 1 for all of them, and 1 for the first child of a run: execution, task, and the mark at the parent's task. No
     * id comes twice. Locks in one order, so that two of them do not meet crosswise.
     */
    static final String START = """
            with input as materialized (
              select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::bigint[],
                $8::bigint[]) as i(parent_id, epoch, id, task_name, payload, cancel_with_parent, delay_ms, timeout_ms)),
            parent as materialized (
              select t.execution_id, t.lease_epoch, t.run_index, t.task_name
              from (select distinct parent_id, epoch from input) i
              join task t on t.execution_id = any(array[i.parent_id]) and t.lease_epoch = i.epoch
              order by i.parent_id for update of t),
            live as materialized (
              select input.*, parent.run_index as parent_run, parent.task_name as parent_task
              from input join parent on parent.execution_id = input.parent_id and parent.lease_epoch = input.epoch),
            m as (
              update task set has_children = true from parent
              where task.execution_id = any(array[parent.execution_id]) and not task.has_children),
            e as (
              insert into execution (id, task_name, payload, scheduled_at, timeout_ms, parent_id, parent_run, parent_task,
                cancel_with_parent)
              select id, task_name, payload, now() + delay_ms * interval '1 ms', timeout_ms, parent_id, parent_run, parent_task,
                cancel_with_parent
              from live order by id
              on conflict (id) do nothing
              returning id, task_name, scheduled_at, timeout_ms),
            t as (
              insert into task (execution_id, task_name, scheduled_at, run_index, run_at, lease_epoch, version, deadline)
              select id, task_name, scheduled_at, 0, scheduled_at, 0, 1, scheduled_at + timeout_ms * interval '1 ms' from e),
            d as (insert into tally_delta (scheduled) select count(*) from e having count(*) > 0)
            select id, (id in (select id from e)) is true as started, exists (
                select from execution x where x.id = live.id and x.parent_id = live.parent_id and x.parent_run = live.parent_run
                  and x.task_name = live.task_name) as known
            from live""";

    /** 0 rows. */
    static final String READ = "select " + Rows.RECORD
            + " from execution e left join task t on t.execution_id = any(array[e.id])"
            + " where e.parent_id = $1 and e.id = any($2::text[])";

    /** 0 rows. */
    static final String LIST = "select " + Rows.RECORD
            + " from execution e left join task t on t.execution_id = any(array[e.id])"
            + " where e.parent_id = $1 and e.id > coalesce($2::text, '') order by e.id limit $3";

    /** 0 rows: active children of cancelled runs. */
    static final String TO_CANCEL = """
            select e.id from child_cancel c cross join lateral (
              select id from execution
              where parent_id = c.execution_id and parent_run = c.run_index and status = 'active' and cancel_with_parent
              limit $1) e
            limit $1""";

    /** 1 row for each cancelled run that has no such child left. */
    static final String CANCELLED = """
            delete from child_cancel c where (
              select true from execution e where e.parent_id = c.execution_id and e.parent_run = c.run_index
                and e.status = 'active' and e.cancel_with_parent limit 1) is null""";

    private ChildSql() {}
}
