package io.zart.server.store;

import io.zart.server.execution.ExecutionStatus;

/** The statements of retention. */
final class RetentionSql {

    private static final String OLD = "(array(select id from old))";

    private RetentionSql() {}

    /**
     * As many rows as hang on the executions that go, and 1 of deltas. One instance at a time; no lock is waited for. The status
     * stands in the text, so that the partial index always serves.
     *
     * @param status a terminal status
     */
    static String deleteSome(ExecutionStatus status) {
        String wire = "'" + status.wire() + "'";
        return """
                with turn as materialized (select pg_try_advisory_xact_lock(8242555190463161) as mine),
                seen as materialized (
                  select id, scheduled_at, completed_at from execution
                  where (select mine from turn) and status = %1$s and scheduled_at < now() - $1::bigint * interval '1 ms'
                    and (scheduled_at, id) > (coalesce($2::timestamptz, '-infinity'), $3::text)
                  order by scheduled_at, id limit $4),
                old as materialized (
                  select e.id from execution e
                  where e.id = any (array(select id from seen where completed_at < now() - $1::bigint * interval '1 ms'))
                    and e.status = %1$s
                    and (e.parent_id is null or not exists (
                      select from execution p where p.id = e.parent_id and p.status = 'active'))
                  for update of e skip locked),
                s as (delete from step where execution_id = any %2$s),
                a as (delete from attempt where execution_id = any %2$s),
                r as (delete from run where execution_id = any %2$s),
                v as (delete from event where execution_id = any %2$s),
                o as (delete from audit where execution_id = any %2$s),
                c as (delete from child_cancel where execution_id = any %2$s),
                e as (delete from execution where id = any %2$s returning id),
                d as (insert into tally_delta (%3$s) select - count(*) from e having count(*) > 0)
                select turn.mine, (select count(*)::int from seen) as seen, (select count(*)::int from e) as deleted, l.scheduled_at, l.id,
                  greatest(0, extract(epoch from now() - $1::bigint * interval '1 ms' - l.completed_at))::float8 as overdue
                from turn left join (select scheduled_at, id, completed_at from seen order by scheduled_at desc, id desc limit 1) l on true""".formatted(wire, OLD, status.wire());
    }
}
