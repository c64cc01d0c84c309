package io.zart.server.store;

/** The statements for remote workers, beside those of the journal. Each that writes carries the fencing token. */
final class WorkerSql {

    /** 0 rows: of each name, whether a task is due and when the next will be, within a second. */
    static final String DUE = """
            select n.name, extract(epoch from d.run_at - now()) * 1000 as ms from unnest($1::text[]) as n(name)
            cross join lateral (
              (select run_at from task where task_name = n.name and run_at <= now() order by run_at limit 1)
              union all
              (select run_at from task where task_name = n.name and run_at > now() and run_at < now() + interval '1 second'
                order by run_at limit 1)) d""";

    /**
     * 0 rows: the count of events of held runs, and of the named steps those that have a row, or the last attempt of a wait
     * that an operator has retried.
     */
    static final String KNOWN = """
            select t.execution_id, t.lease_epoch, t.event_count, (select version from pause_state) as pause_version,
              s.name, s.kind, s.status, s.result, s.error, s.attempt, s.position,
              s.failures, s.wake_at, extract(epoch from s.wake_at - now()) * 1000 as remaining_ms, null::numeric as age_ms
            from unnest($1::text[], $2::bigint[], $3::text[]) as i(id, epoch, names)
            join task t on t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch and t.holder is not null
            left join lateral (
              select s.name, s.kind, s.status, s.result, s.error, s.attempt, s.position, s.failures, s.wake_at from step s
              where s.execution_id = any(array[t.execution_id]) and s.run_index = t.run_index
                and s.name = any(string_to_array(i.names, E'\\n'))
              union all
              (select distinct on (a.step_name) a.step_name, a.kind, 'retried', null, null, a.number, a.position, a.failures, null
              from attempt a where a.execution_id = any(array[t.execution_id]) and a.run_index = t.run_index
                and a.step_name = any(string_to_array(i.names, E'\\n')) and a.kind not in ('step', 'capture')
                and not exists (select from step s where s.execution_id = any(array[a.execution_id]) and s.run_index = a.run_index
                  and s.name = a.step_name)
              order by a.step_name, a.number desc)) s on true""";

    /** 1 row for each lease. Locks in one order, so that two of them do not meet crosswise. */
    static final String EXTEND = """
            with input as materialized (
              select * from unnest($1::text[], $2::bigint[], $3::bigint[]) as i(id, epoch, lease_ms)),
            live as materialized (
              select t.execution_id, i.lease_ms from task t
              join input i on t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch and t.holder is not null
              order by i.id for update of t)
            update task t set run_at = now() + live.lease_ms * interval '1 ms' from live
            where t.execution_id = any(array[live.execution_id])
            returning t.execution_id, t.lease_epoch, t.run_at""";

    /** 1 row for each: adds a step to those in work, and moves the others' times to now. Locks in the order of the ids. */
    static final String WORKING = """
            update task t set working_at = now(), working = (
              select json_agg(w)::text from (
                select o.name, o.kind, o.position, o."group", o.attempt,
                  (o.ms + extract(epoch from now() - t.working_at) * 1000)::bigint as ms
                from json_to_recordset(coalesce(t.working, '[]')::json)
                  as o(name text, kind text, position int, "group" int, attempt int, ms bigint) where o.name <> i.name
                union all
                select i.name, 'step', i.position, i.parallel_group, i.attempt, 0) w)
            from (
              select * from unnest($1::text[], $2::bigint[], $3::text[], $4::int[], $5::int[], $6::int[])
                as i(id, epoch, name, position, parallel_group, attempt) order by i.id) as i
            where t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch and t.holder is not null
            returning t.execution_id, t.lease_epoch""";

    /** 1 row for each lease. Locks in the order of the ids. */
    static final String HAND_BACK = """
            update task t set run_at = now(), holder = null, idle_claims = greatest(t.idle_claims - 1, 0)
            from (select * from unnest($1::text[], $2::bigint[]) as i(id, epoch) order by i.id) as i
            where t.execution_id = any(array[i.id]) and t.lease_epoch = i.epoch and t.holder is not null
            returning t.execution_id, t.lease_epoch, t.task_name""";

    /** 0 rows. */
    static final String STANDING = """
            select e.id, e.status, e.run_index, coalesce(t.lease_epoch, e.lease_epoch) as epoch, t.holder is not null as held
            from execution e left join task t on t.execution_id = any(array[e.id]) where e.id = any($1::text[])""";

    /** 1 row for each worker. */
    static final String HEARD_OF = """
            with old as (delete from worker where seen_at < now() - interval '1 hour')
            insert into worker (worker_id, instance, task_names, parked, seen_at)
            select i.id, $1, string_to_array(i.names, E'\\n'), i.parked, now() - i.age_ms * interval '1 ms'
            from unnest($2::text[], $3::text[], $4::int[], $5::bigint[]) as i(id, names, parked, age_ms)
            on conflict (worker_id, instance) do update set task_names = excluded.task_names, parked = excluded.parked,
              seen_at = excluded.seen_at""";

    /** 0 rows. Reads all live tasks, for an operator. */
    static final String SEEN = """
            with w as (
              select distinct on (worker_id) worker_id, task_names, parked, seen_at from worker
              where seen_at > now() - interval '10 minutes' order by worker_id, seen_at desc),
            h as (
              select holder, count(*) as held from task where holder like 'worker:%' and run_at > now() group by holder)
            select w.*, coalesce(h.held, 0) as held from w left join h on h.holder = 'worker:' || w.worker_id
            order by w.worker_id""";

    private WorkerSql() {}
}
