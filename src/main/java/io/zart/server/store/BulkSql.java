package io.zart.server.store;

/** The statements of bulk operations: each walks through the ids in order. */
final class BulkSql {

    private static final String MATCHING = """
             from execution e left join task t on t.execution_id = any(array[e.id])
            where not starts_with(e.task_name, 'zart.')
              and ($1::text is null
                or case when e.status <> 'active' then e.status when t.started_at is null then 'scheduled' else 'running' end = $1)
              and ($2::text is null or strpos(lower(e.task_name), lower($2)) > 0)
              and e.id >= coalesce($3::text, '') and starts_with(e.id, coalesce($3::text, ''))
              and ($4::timestamptz is null or e.scheduled_at >= $4)
              and ($5::timestamptz is null or e.scheduled_at <= $5)""";

    /** 0 rows. */
    static final String COUNT = "select count(*) as count, max(e.id) as last" + MATCHING;

    /** 0 rows. */
    static final String PAGE = "select e.id" + MATCHING + """
             and e.id > $6 and e.id <= $7
              and not exists (select from audit a where a.execution_id = e.id and a.bulk_id = $8)
            order by e.id limit $9""";

    /** 0 rows. */
    static final String ACTED = """
            select count(*) as count from audit
            where execution_id > $2 and execution_id <= $3 and bulk_id = $1 and operation <> 'bulk'""";

    /** 1 row, once for each run. */
    static final String REMEMBER = """
            insert into audit (execution_id, run_index, operation, triggered_by, reason, detail, bulk_id, at)
            values ($1, $2, 'bulk', $3, $4, $5, $6, now())
            on conflict (execution_id, bulk_id) where bulk_id is not null do nothing""";

    private BulkSql() {}
}
