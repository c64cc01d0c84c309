package io.zart.server.store;

/** The statements of operators. Reads of one history share one snapshot. */
final class OperatorSql {

    /** 0 rows. */
    static final String RUNS = """
            select execution_id as id, run_index, trigger, triggered_by, status, started_at, completed_at, payload, result, error
            from run where execution_id = $1
            union all
            select e.id, e.run_index, e.trigger, e.triggered_by, e.status, coalesce(t.started_at, e.started_at), e.completed_at,
              e.payload, e.result, e.error
            from execution e left join task t on t.execution_id = any(array[e.id]) where e.id = $1
            order by run_index""";

    /** 0 rows. */
    static final String STEPS = """
            select name, position, parallel_group, kind, status, attempt, failures, scheduled_at, started_at, completed_at, result,
              error
            from step where execution_id = $1 and run_index = $2""";

    /** 0 rows: the attempts of the run, and those of steps carried into it from where they really ran. */
    static final String ATTEMPTS = """
            select a.step_name, a.number, a.position, a.parallel_group, a.kind, a.error, a.started_at, a.completed_at, a.failures
            from attempt a where a.execution_id = $1 and a.run_index = $2
            union all
            select a.step_name, a.number, a.position, a.parallel_group, a.kind, a.error, a.started_at, a.completed_at, a.failures
            from step s join attempt a
              on a.execution_id = any(array[s.execution_id]) and a.run_index = s.carried_from and a.step_name = s.name
            where s.execution_id = $1 and s.run_index = $2
            order by step_name, number""";

    /** 0 rows: the steps in work as of the last heartbeat of the holder. */
    static final String WORKING = """
            select w.name, w.kind, w.position, w."group" as parallel_group, w.attempt,
              t.working_at - w.ms * interval '1 ms' as started_at
            from task t, json_to_recordset(t.working::json)
              as w(name text, kind text, position int, "group" int, attempt int, ms bigint)
            where t.execution_id = $1 and t.run_index = $2 and t.holder is not null""";

    /**
     * 4 + 1 rows: the dead step becomes an attempt, execution updated, task inserted, act remembered. The lock of the execution
     * row orders two of them; all hangs on the deleted step row, so that the second does nothing. The new task begins
     * with a token of its own, as that of a new run does.
     */
    static final String RETRY_STEP = """
            with old as materialized (select * from execution where id = $1 and status = 'failed' for update),
            gone as (
              delete from step s using old
              where s.execution_id = any(array[old.id]) and s.run_index = old.run_index and s.name = $2 and s.status = 'dead'
              returning s.*),
            kept as (
              insert into attempt (execution_id, run_index, step_name, number, position, parallel_group, kind, error, started_at,
                completed_at, failures)
              select execution_id, run_index, name,
                -- Workers number their attempts themselves, not always well.
                greatest(attempt, 1 + (select max(a.number) from attempt a where a.execution_id = gone.execution_id
                  and a.run_index = gone.run_index and a.step_name = gone.name)), position, parallel_group, kind, error,
                coalesce(started_at, scheduled_at), completed_at, 0 from gone),
            e as (
              update execution e set status = 'active', result = null, error = null, completed_at = null,
                version = old.version + 1, lease_epoch = old.lease_epoch + 1, run_traceparent = $7
              from old join gone on gone.execution_id = old.id where e.id = any(array[old.id]) returning e.*),
            t as (
              insert into task (execution_id, task_name, scheduled_at, run_index, run_at, lease_epoch, version, started_at,
                deadline, deadline_from, has_children)
              select id, task_name, scheduled_at, run_index, now(), lease_epoch, version, coalesce(started_at, now()),
                now() + timeout_ms * interval '1 ms', now(),
                exists (select from execution c where c.parent_id = e.id and c.parent_run = e.run_index) from e),
            d as (insert into tally_delta (running, failed) select 1, -1 from e),
            a as (
              insert into audit (execution_id, run_index, operation, triggered_by, reason, bulk_id, detail, at)
              select id, run_index, 'retry-step', $3, $4, $5, $6, now() from e)
            """ + Rows.WITHOUT_TASK + " from e";

    /** 1 row for each carried step. */
    static final String CARRY = """
            insert into step (execution_id, run_index, name, position, parallel_group, kind, status, attempt, failures,
              carried_from, scheduled_at, started_at, completed_at, wake_at, result, error)
            select execution_id, $3, name, position, parallel_group, kind, status, attempt, failures,
              coalesce(carried_from, run_index), scheduled_at, started_at, completed_at, wake_at, result, error
            from step where execution_id = $1 and run_index = $2 and name = any($4::text[])""";

    /** 0 rows. */
    static final String AUDIT = """
            select seq, execution_id, run_index, operation, triggered_by, reason, at, detail, bulk_id from audit
            where seq < $1 order by seq desc limit $2""";

    /** 0 rows. */
    static final String AUDIT_OF = """
            select seq, execution_id, run_index, operation, triggered_by, reason, at, detail, bulk_id from audit
            where seq < $1 and execution_id = $3 order by seq desc limit $2""";

    private OperatorSql() {}
}
