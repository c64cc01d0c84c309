package io.zart.server.store;

import java.util.List;

/** The statements of the routes. "n + 1 rows" means n for each operation and one of deltas for the whole batch. */
final class ExecutionSql {

    /**
     * 2 + 1 rows: execution, task. The ids that were new are looked up in a hash table ("is true" keeps the planner from making a
     * join of it).
     */
    static final String INSERT = """
            with input as materialized (
              select *, greatest(now(), start_at, now() + coalesce(delay_ms, 0) * interval '1 ms') as at
              from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[],
                $8::text[], $9::bigint[], $10::text[])
                as i(id, task_name, payload, tags, start_at, delay_ms, timeout_ms, holder, lease_ms, traceparent)),
            e as (
              insert into execution (id, task_name, payload, tags, timeout_ms, traceparent, scheduled_at)
              select id, task_name, payload, tags, timeout_ms, traceparent, at from input
              on conflict (id) do nothing
              returning id, scheduled_at),
            t as (
              insert into task (execution_id, task_name, scheduled_at, run_index, run_at, lease_epoch, holder, version, started_at,
                deadline)
              select id, task_name, at, 0, case when holder is null then at else now() + lease_ms * interval '1 ms' end,
                case when holder is null then 0 else 1 end, holder, 1, case when holder is null then null else now() end,
                at + timeout_ms * interval '1 ms'
              from input where (id in (select id from e)) is true),
            d as (
              insert into tally_delta (scheduled, running)
              select count(*) filter (where holder is null), count(holder) from input where (id in (select id from e)) is true
              having count(*) > 0)
            select id, scheduled_at, now() as started_at, (select version from pause_state) as pause_version from e""";

    /** 0 rows. */
    static final String FIND = "select " + Rows.RECORD
            + " from execution e left join task t on t.execution_id = any(array[e.id]) where e.id = any($1::text[])";

    /** 0 rows. */
    static final String FIND_ENDED = FIND + " and e.status <> 'active'";

    /** 0 rows. */
    static final String STATS = """
            select sum(scheduled)::bigint as scheduled, sum(running)::bigint as running, sum(completed)::bigint as completed,
              sum(failed)::bigint as failed, sum(cancelled)::bigint as cancelled
            from (select scheduled, running, completed, failed, cancelled from tally
              union all select scheduled, running, completed, failed, cancelled from tally_delta) as all_rows""";

    /** 1 row, and those that go. */
    static final String FOLD = """
            with gone as (delete from tally_delta returning scheduled, running, completed, failed, cancelled),
            s as (select coalesce(sum(scheduled), 0) as scheduled, coalesce(sum(running), 0) as running,
                coalesce(sum(completed), 0) as completed, coalesce(sum(failed), 0) as failed,
                coalesce(sum(cancelled), 0) as cancelled, count(*) as rows from gone)
            update tally set scheduled = tally.scheduled + s.scheduled, running = tally.running + s.running,
              completed = tally.completed + s.completed, failed = tally.failed + s.failed,
              cancelled = tally.cancelled + s.cancelled
            from s where s.rows > 0""";

    /**
     * 2 + 1 rows: task deleted, execution updated; and 1 that remembers an operator's act. Whoever deletes the task row has ended
     * the run: a checkpoint holds a share lock on that row until it commits, so that it comes wholly before this, or finds the
     * row gone and writes nothing.
     */
    static final String CANCEL = """
            with input as materialized (
              select * from unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[])
                as i(id, remembered, triggered_by, reason, bulk_id)),
            l as materialized (
              select t.execution_id from task t join input i on t.execution_id = any(array[i.id]) order by i.id for update of t),
            t as (delete from task using l where task.execution_id = any(array[l.execution_id]) returning task.*),
            e as (
              update execution e set status = 'cancelled', completed_at = now(), started_at = t.started_at,
                version = t.version + 1, lease_epoch = t.lease_epoch
              from t where e.id = any(array[t.execution_id]) returning e.*),
            d as (
              insert into tally_delta (scheduled, running, cancelled)
              select - count(*) filter (where started_at is null), - count(started_at), count(*) from t having count(*) > 0),
            a as (
              insert into audit (execution_id, run_index, operation, triggered_by, reason, bulk_id, at)
              select e.id, e.run_index, 'cancel', i.triggered_by, i.reason, i.bulk_id, now()
              from e join input i on i.id = e.id where i.remembered)
            """ + ChildSql.travelDown("t") + ChildSql.WAKE_PARENTS + Rows.WITHOUT_TASK + " from e";

    /**
     * 0 rows, before {@link #NEW_RUN} in its transaction: that statement then sees what the last new run has committed. Two of
     * them come one after the other from their first statement on; row locks alone would let them deadlock, for the task that
     * the first one inserts is not the one that the second has waited for. The task comes before the execution, as for whoever
     * ends the run.
     */
    static final List<String> LOCK_RUN = List.of(
            "select 1 from pg_advisory_xact_lock(hashtextextended($1, 0))",
            "select run_index from task where execution_id = $1 for update",
            "select run_index, status from execution where id = $1 for update");

    /**
     * 3 + 1 rows: run archived, execution updated, task inserted, and the task of an active run deleted; and 1 that remembers an
     * operator's act. The new task begins with a token of its own: who still holds the old run must not write into the new one
     * before it is claimed.
     */
    static final String NEW_RUN = """
            with old as materialized (select * from execution where id = $1),
            gone as (
              delete from task t using old where t.execution_id = any(array[old.id]) and $6 returning t.*),
            allowed as materialized (
              select old.*, gone.execution_id is not null as was_active, gone.started_at as task_started_at,
                gone.version as task_version, greatest(coalesce(gone.lease_epoch, 0), old.lease_epoch) as epoch
              from old left join gone on true
              where old.status <> 'active' or gone.execution_id is not null),
            archived as (
              insert into run (execution_id, run_index, trigger, triggered_by, status, scheduled_at, started_at, completed_at,
                payload, result, error)
              select id, run_index, trigger, triggered_by, case when was_active then 'cancelled' else status end, scheduled_at,
                coalesce(task_started_at, started_at), coalesce(completed_at, now()), payload, result, error from allowed),
            e as (
              update execution e set run_index = a.run_index + 1, payload = case when $10 then a.payload else $2 end,
                trigger = $3, triggered_by = $4, status = 'active', run_traceparent = $15,
                tags = coalesce($9, a.tags), result = null, error = null, started_at = null, completed_at = null,
                version = coalesce(a.task_version + 1, a.version) + 1, lease_epoch = a.epoch + 1,
                timeout_ms = case when $11::text is null then $8::bigint else a.timeout_ms end,
                scheduled_at = greatest(now(), $5::timestamptz, now() + coalesce($7::bigint, 0) * interval '1 ms')
              from allowed a where e.id = any(array[a.id])
              returning e.*),
            t as (
              insert into task (execution_id, task_name, scheduled_at, run_index, run_at, lease_epoch, version, deadline)
              select id, task_name, scheduled_at, run_index, scheduled_at, lease_epoch, version,
                scheduled_at + timeout_ms * interval '1 ms'
              from e),
            d as (
              insert into tally_delta (scheduled, running, completed, failed, cancelled)
              select 1 - case when was_active and task_started_at is null then 1 else 0 end,
                - case when was_active and task_started_at is not null then 1 else 0 end,
                - case when status = 'completed' then 1 else 0 end, - case when status = 'failed' then 1 else 0 end,
                - case when status = 'cancelled' then 1 else 0 end
              from allowed),
            a as (
              insert into audit (execution_id, run_index, operation, triggered_by, reason, bulk_id, detail, at)
              select id, run_index, $11, $4, $12, $13, $14, now() from e where $11 is not null)
            """ + ChildSql.travelDown("gone") + Rows.WITHOUT_TASK + """
            , e.scheduled_at <= now() as due from e""";

    /**
     * 2 rows for each: task updated, event inserted. The task row orders this against a park: the park names the count of events
     * that it knows and is refused when this statement raised it first; when the park came first, this finds the name among
     * wait_events. Only the locked row is looked at, so that the old snapshot of a re-evaluated statement does no harm. An
     * execution stands at most once among them. A claim passes over what is locked here: so this tells of each that is due, and not
     * only of those that it wakes.
     */
    static final String DELIVER = """
            with input as materialized (
              select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as i(id, name, payload, dedup_key)),
            t as materialized (
              select i.*, t.run_index, t.task_name,
                coalesce(i.name = any(t.wait_events) and (t.wait_until is null or t.wait_until > now()), false) as waits,
                t.holder is null and t.run_at <= clock_timestamp() as overdue,
                case when t.event_count >= $5 then (
                  select count(*) >= $5 from event x where x.execution_id = any(array[t.execution_id]) and x.taken_by_run is null)
                else false end as full_up
              from input i join task t on t.execution_id = any(array[i.id]) order by i.id for update of t),
            known as materialized (
              select t.id from t where (
                select true from event x
                where x.execution_id = t.id and x.run_index = t.run_index and x.dedup_key = t.dedup_key)),
            n as (
              insert into event (execution_id, name, payload, dedup_key, run_index, arrived_at)
              select id, name, payload, dedup_key, run_index, clock_timestamp() from t
              where (id in (select id from known)) is not true and (not full_up or waits)
              on conflict (execution_id, run_index, dedup_key) where dedup_key is not null do nothing
              returning execution_id),
            u as (
              update task set event_count = event_count + 1,
                run_at = case when t.waits then least(run_at, now()) else run_at end,
                wait_events = case when t.waits then array_remove(wait_events, t.name) else wait_events end
              from t where task.execution_id = any(array[t.id]) and (t.id in (select execution_id from n)) is true)
            select id, task_name, waits, waits or overdue as due, (id in (select execution_id from n)) is true as stored,
              full_up and (id in (select id from known)) is not true as full_up from t""";

    private ExecutionSql() {}
}
