package io.zart.server.store;

/** The statements of pause rules. */
final class PauseSql {

    private static final String RULE = """
            r.rule_id, r.execution_id, r.task_name, r.step_pattern, r.created_at, r.expires_at, r.created_by, r.deleted_at,
              r.reason""";

    private static final String APPLIES = "r.deleted_at is null and (r.expires_at is null or r.expires_at > now())";

    /** 0 rows: always at least one, with the version. */
    static final String APPLYING = "select s.version, extract(epoch from r.expires_at - now()) * 1000 as remaining_ms, "
            + RULE + " from pause_state s left join pause_rule r on " + APPLIES + " order by r.created_at, r.rule_id";

    /** 3 rows: rule, version, act. The version is one row, so that changes come one after the other. */
    static final String CREATE = """
            with v as (update pause_state set version = version + 1 where $5::timestamptz is null or $5 > now() returning version),
            r as (
              insert into pause_rule (rule_id, execution_id, task_name, step_pattern, created_at, expires_at, created_by, reason)
              select $1, $2, $3, $4, now(), $5, $6, $7 from v returning *),
            a as (
              insert into audit (execution_id, operation, triggered_by, reason, detail, at)
              select execution_id, 'pause', created_by, reason, $8, now() from r)
            select\s""" + RULE + " from r";

    /** 3 rows: rule, version, act. */
    static final String DELETE = """
            with r as (
              update pause_rule set deleted_at = now(), deleted_by = $2 where rule_id = $1 and deleted_at is null returning *),
            v as (update pause_state set version = version + 1 where exists (select from r)),
            a as (
              insert into audit (execution_id, operation, triggered_by, reason, detail, at)
              select execution_id, 'resume', $2, $3, $4, now() from r)
            select rule_id from r""";

    /** 0 rows. */
    static final String LIST = "select " + RULE + """
             from pause_rule r
            where ($1 or r.deleted_at is null) and ($2 or r.expires_at is null or r.expires_at > now())
            order by r.created_at desc, r.rule_id desc limit 10000""";

    /** 1 row for each task that goes on, so many at once. Instances that release at the same time share the work. */
    static final String RELEASE = """
            with applying as materialized (select r.rule_id from pause_rule r where\s""" + APPLIES + """
            ),
            free as materialized (
              select execution_id from task
              where held_by is not null and run_at > now() and exists (
                select from unnest(held_by) as h(rule_id)
                where not exists (select from applying a where a.rule_id = h.rule_id))
              limit 1000 for update skip locked)
            update task t set run_at = now(), held_by = null from free where t.execution_id = any(array[free.execution_id])
            returning t.task_name""";

    private PauseSql() {}
}
