package io.zart.server.store;

/** The statements of activations and of the dispatcher. Each carries the fencing token. */
final class JournalSql {

    /** The rows of {@code input} whose lease is held; their tasks are locked against whoever wants to end or claim the run. */
    private static final String LIVE = """
            live as materialized (
              select i.*, t.run_index from input i
              join task t on t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch and t.holder is not null
              order by i.id for share of t)""";

    /**
     * 1 row for each step, 2 when it takes an event. The share lock on the task row holds off whoever wants to end or claim the
     * run until this has committed; a row that has gone or moved on is not live, and nothing is written for it. A live step is
     * answered with its token, a step that had no outcome before once more without one.
     */
    static final String RECORD = """
            with input as materialized (
              select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::int[], $7::text[], $8::int[],
                $9::int[], $10::bigint[], $11::text[], $12::text[], $13::bigint[])
                as i(id, epoch, name, kind, position, parallel_group, status, attempt, failures, micros, result, error, event_seq)),
            """ + LIVE + """
            , s as (
              insert into step (execution_id, run_index, name, position, parallel_group, kind, status, attempt, failures,
                scheduled_at, started_at, completed_at, result, error)
              select id, run_index, name, position, parallel_group, kind, status, attempt, failures,
                now() - micros * interval '1 us', now() - micros * interval '1 us', now(), result, error
              from live
              on conflict (execution_id, run_index, name) do update set status = excluded.status, attempt = excluded.attempt,
                failures = excluded.failures, result = excluded.result, error = excluded.error,
                completed_at = excluded.completed_at, started_at = step.scheduled_at
              where step.status = 'scheduled'
              returning execution_id, run_index, name),
            x as (
              update event set taken_by_run = s.run_index, payload = null
              from (select * from live where event_seq is not null) l join s on s.execution_id = l.id and s.name = l.name
              where event.execution_id = any(array[l.id]) and event.seq = l.event_seq),
            v as materialized (select version from pause_state)
            select id, epoch, name, (select version from v) as pause_version from live
            union all select execution_id, null, name, (select version from v) from s""";

    /** 1 row for each attempt. */
    static final String RECORD_FAILURE = """
            with input as materialized (
              select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::int[],
                $9::bigint[], $10::bigint[], $11::text[])
                as i(id, epoch, name, kind, position, parallel_group, number, failures, micros, retry_ms, error)),
            """ + LIVE + """
            , a as (
              insert into attempt (execution_id, run_index, step_name, number, position, parallel_group, kind, error, started_at,
                completed_at, retry_at, failures)
              select id, run_index, name, number, position, parallel_group, kind, error, now() - micros * interval '1 us', now(),
                now() + retry_ms * interval '1 ms', failures
              from live
              on conflict (execution_id, run_index, step_name, number) do nothing)
            select id, epoch, (select version from pause_state) as pause_version from live""";

    /**
     * 1 row for each run, and 1 for each step that is open. Refused when an event has come that the activation does not know. When
     * a pause rule holds a run, the version of the rules is locked, before any task is, and must be the one that the activation
     * knows: whoever deletes a rule raises it first and then looks for what the rule holds, so that no release is missed. A run
     * whose body has never begun is scheduled again. Answers the runs that are parked.
     */
    static final String PARK = """
            with input as materialized (
              select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::bigint[],
                $8::text[], $9::text[], $10::bigint[], $11::boolean[]) with ordinality
                as i(id, epoch, wake_ms, event_count, kind, name, until_ms, events, held_by, rules, unbegun, slot)),
            p as materialized (select version from pause_state where $12::boolean for share),
            allowed as materialized (
              select * from input i where i.rules is null or exists (select from p where p.version = i.rules)),
            live as materialized (
              select a.* from allowed a
              join task t on t.execution_id = any(array[a.id]) and t.lease_epoch = a.epoch and t.holder is not null
                and (a.event_count is null or t.event_count = a.event_count)
              order by a.id for no key update of t),
            t as (
              update task set holder = null, version = version + 1, idle_claims = 0,
                run_at = coalesce(now() + live.wake_ms * interval '1 ms', 'infinity'),
                wait_kind = live.kind, wait_name = live.name, wait_until = now() + live.until_ms * interval '1 ms',
                wait_events = string_to_array(live.events, E'\\n'), held_by = string_to_array(live.held_by, E'\\n'),
                started_at = case when live.unbegun and started_at = coalesce(claimed_at, started_at) then null else started_at end
              from live where task.execution_id = any(array[live.id])
              returning execution_id, lease_epoch, run_index, started_at, live.slot),
            d as (
              insert into tally_delta (scheduled, running) select count(*), - count(*) from t where started_at is null
              having count(*) > 0),
            s as (
              insert into step (execution_id, run_index, name, position, parallel_group, kind, status, attempt, scheduled_at, wake_at)
              select t.execution_id, t.run_index, o.name, o.position, o.parallel_group, o.kind, 'scheduled', o.attempt, now(),
                now() + o.wake_ms * interval '1 ms'
              from t join unnest($13::bigint[], $14::text[], $15::text[], $16::int[], $17::int[], $18::bigint[], $19::int[])
                as o(slot, name, kind, position, parallel_group, wake_ms, attempt) on o.slot = t.slot
              on conflict (execution_id, run_index, name) do nothing)
            select execution_id, lease_epoch from t""";

    /**
     * 2 + 1 rows: task deleted, execution updated. In the order in which all statements lock several tasks, that of the ids in the
     * database, so that an end and an event of the same two do not wait for each other.
     */
    static final String FINISH = """
            with input as materialized (
              select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[])
                as i(id, epoch, status, result, error) order by i.id),
            t as (
              delete from task using input i
              where task.execution_id = any(array[i.id]) and task.lease_epoch = i.epoch and task.holder is not null
              returning task.execution_id, task.version, task.started_at, task.lease_epoch, i.status, i.result, i.error),
            e as (
              update execution e set status = t.status, result = t.result, error = t.error, completed_at = now(),
                started_at = t.started_at, version = t.version + 1, lease_epoch = t.lease_epoch
              from t where e.id = any(array[t.execution_id])
              returning e.id, e.completed_at, e.version, e.parent_id),
            d as (
              insert into tally_delta (running, completed, failed)
              select - count(*), count(*) filter (where status = 'completed'), count(*) filter (where status = 'failed')
              from t having count(*) > 0)
            """ + ChildSql.WAKE_PARENTS + """
            select id, completed_at, version from e""";

    /**
     * 1 row for each task, and one of deltas for those that were never picked up before. A task whose last holder neither parked
     * nor recorded anything since it was claimed counts one idle claim more.
     *
     * @param holder who holds the n-th of them, n being {@code due.slot}
     */
    private static String claim(String holder) {
        return """
            with due as materialized (
              select d.execution_id, d.started_at, d.expired, row_number() over () as slot from unnest($1::text[]) as n(name)
              cross join lateral (
                select execution_id, started_at, holder is not null as expired from task
                where task_name = n.name and run_at <= now()
                order by run_at limit $2 for update skip locked) d
              limit $2),
            u as (
              update task t set run_at = now() + $3::bigint * interval '1 ms', lease_epoch = t.lease_epoch + 1,
                holder = """ + " " + holder + """
            , started_at = coalesce(t.started_at, now()), version = t.version + 1,
                wait_kind = null, wait_name = null, wait_until = null, wait_events = null, held_by = null, working = null,
                claimed_at = now(), idle_claims = case when t.idle_claims > 0 and (
                  exists (select from step s where s.execution_id = any(array[t.execution_id]) and s.run_index = t.run_index
                    and s.completed_at >= t.claimed_at)
                  or exists (select from attempt a where a.execution_id = any(array[t.execution_id]) and a.run_index = t.run_index
                    and a.completed_at >= t.claimed_at)) then 1 else t.idle_claims + 1 end
              from due where t.execution_id = any(array[due.execution_id])
              returning t.*, due.started_at is null as fresh, due.expired, due.slot),
            d as (
              insert into tally_delta (scheduled, running)
              select - count(*) filter (where fresh), count(*) filter (where fresh) from u having count(*) filter (where fresh) > 0)
            select """ + " " + Rows.RECORD + """
            , t.lease_epoch, t.event_count, extract(epoch from t.deadline - now()) * 1000 as deadline_ms,
              extract(epoch from now() - e.scheduled_at) * 1000 as spent_ms,
              extract(epoch from now() - coalesce(t.deadline_from, e.scheduled_at)) * 1000 as deadline_spent_ms,
              (select version from pause_state) as pause_version, t.idle_claims, t.run_at, t.deadline, t.slot, t.expired
            from u t join execution e on e.id = any(array[t.execution_id]) order by e.scheduled_at""";
    }

    /** All for one holder. */
    static final String CLAIM = claim("$4::text");

    /** The n-th for the n-th holder. */
    static final String CLAIM_FOR = claim("($4::text[])[due.slot]");

    /** 0 rows: nothing that is due later than the engine looks anyway, past the entries of leases that have ended meanwhile. */
    static final String NEXT_DUE = """
            select extract(epoch from min(d.run_at) - now()) * 1000 as ms from unnest($1::text[]) as n(name)
            cross join lateral (
              select run_at from task where task_name = n.name and run_at > now() and run_at < now() + interval '2 s'
              order by run_at limit 1) d""";

    /**
     * 0 rows: the steps with an outcome, the open ones, and those that only failed so far. Of a step without an outcome the last
     * failed attempt counts, and its age begins with the first attempt under the present retry policy.
     */
    static final String STEPS = """
            with r as (select * from unnest($1::text[], $2::int[]) as r(id, run_index))
            select s.execution_id, s.name, s.kind, s.status, s.result, s.error, s.attempt, s.failures, s.wake_at,
              extract(epoch from s.wake_at - now()) * 1000 as remaining_ms, null::numeric as age_ms,
              case when s.carried_from is null then s.position end as position
            from r join step s on s.execution_id = any(array[r.id]) and s.run_index = r.run_index
            union all
            select a.execution_id, a.step_name, a.kind, case when a.kind in ('step', 'capture') then 'scheduled' else 'retried' end,
              null, null, a.number, a.failures, null,
              extract(epoch from a.retry_at - now()) * 1000, extract(epoch from now() - b.started_at) * 1000, a.position
            from r join attempt a on a.execution_id = any(array[r.id]) and a.run_index = r.run_index
            left join attempt b on b.execution_id = any(array[a.execution_id]) and b.run_index = a.run_index
              and b.step_name = a.step_name and b.number = a.number - a.failures + 1
            where a.number = (
              select max(l.number) from attempt l
              where l.execution_id = a.execution_id and l.run_index = a.run_index and l.step_name = a.step_name)
            and (
              select true from step s
              where s.execution_id = a.execution_id and s.run_index = a.run_index and s.name = a.step_name) is null
            order by 1""";

    /** 0 rows. */
    static final String EVENTS = """
            select execution_id, seq, name, payload, arrived_at from event
            where execution_id = any($1::text[]) and taken_by_run is null order by execution_id, seq""";

    /** 0 rows: attempts of earlier runs by step. A carried step counts where it really ran. */
    static final String EARLIER_ATTEMPTS = """
            with r as (select * from unnest($1::text[], $2::int[]) as r(id, run_index))
            select r.id, by_run.name, sum(by_run.number)::int as attempts from r
            cross join lateral (
              select name, max(number) as number from (
                select s.run_index as run, s.name, s.attempt as number from step s
                where s.execution_id = r.id and s.run_index < r.run_index and s.carried_from is null
                union all
                select a.run_index, a.step_name, a.number from attempt a
                where a.execution_id = r.id and a.run_index < r.run_index) as tries
              group by run, name) as by_run
            group by r.id, by_run.name""";

    /**
     * 0 rows: what refused parks did not know. The count and the events are of one moment, so that the next park is refused only
     * by what comes after it.
     */
    static final String NEWS = """
            select t.execution_id, t.lease_epoch, t.event_count, v.version as pause_version, e.seq, e.name, e.payload, e.arrived_at
            from unnest($1::text[], $2::bigint[]) as i(id, epoch)
            join task t on t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch and t.holder is not null
            cross join pause_state v
            left join event e on e.execution_id = any(array[t.execution_id]) and e.taken_by_run is null
            order by i.id, e.seq""";

    /** 1 row for each lease. Skips rows that are locked, so that a heartbeat never waits; those count as held. */
    static final String RENEW = """
            with input as materialized (
              select * from unnest($1::text[], $2::bigint[], $4::text[]) as i(id, epoch, working)),
            free as materialized (
              select t.execution_id, i.working from task t
              join input i on t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch and t.holder is not null
              for update of t skip locked),
            u as (
              update task t set run_at = now() + $3::bigint * interval '1 ms', working = free.working, working_at = now()
              from free where t.execution_id = any(array[free.execution_id]))
            select i.id from input i
            where not exists (select from task t where t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch)""";

    /** 1 row for each lease, in the order of {@link #FINISH}. */
    static final String RELEASE = """
            update task t set run_at = now(), holder = null, idle_claims = greatest(idle_claims - 1, 0)
            from (select * from unnest($1::text[], $2::bigint[]) as i(id, epoch) order by i.id) as i
            where t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch and t.holder is not null""";

    /** 2 + 1 rows for each run. */
    static final String EXPIRE = """
            with due as materialized (
              select execution_id from task where deadline <= now() order by deadline limit 500 for update skip locked),
            t as (delete from task using due where task.execution_id = any(array[due.execution_id]) returning task.*),
            e as (
              update execution e set status = 'failed', completed_at = now(), started_at = t.started_at, version = t.version + 1,
                lease_epoch = t.lease_epoch,
                error = '{"message":"run deadline exceeded","type":"DeadlineExceeded","step":null}'
              from t where e.id = any(array[t.execution_id]) returning e.*),
            d as (
              insert into tally_delta (scheduled, running, failed)
              select - count(*) filter (where started_at is null), - count(started_at), count(*) from t having count(*) > 0)
            """ + ChildSql.WAKE_PARENTS + Rows.WITHOUT_TASK + " from e";

    /** 0 rows. */
    static final String NEXT_DEADLINE =
            "select extract(epoch from min(deadline) - now()) * 1000 as ms from task where deadline is not null";

    private JournalSql() {}
}
