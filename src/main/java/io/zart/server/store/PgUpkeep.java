package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.sqlclient.data.Numeric;
import io.zart.server.execution.QueueStats;
import io.zart.server.execution.ServedTasks;
import io.zart.server.execution.Upkeep;

/** What operators watch, from PostgreSQL. */
final class PgUpkeep implements Upkeep {

    /** 0 rows. Goes from task name to task name through the index, and reads the due part of each. */
    private static final String QUEUES = """
            with recursive names as (
              (select task_name from task order by task_name limit 1)
              union all
              select (select t.task_name from task t where t.task_name > n.task_name order by t.task_name limit 1)
              from names n where n.task_name is not null)
            select n.task_name, d.tasks, greatest(extract(epoch from now() - d.first), 0) as age
            from names n cross join lateral (
              select count(*) as tasks, min(run_at) as first from (
                select run_at from task where task_name = n.task_name and run_at <= now() order by run_at limit 10000) due) d
            where n.task_name is not null and d.tasks > 0""";

    private final Pool pool;
    private final ServedTasks served;

    PgUpkeep(Pool pool, ServedTasks served) {
        this.pool = pool;
        this.served = served;
    }

    @Override
    public Uni<QueueStats> queues() {
        return rows(QUEUES).map(rows -> {
            long depth = 0;
            long unserved = 0;
            double oldest = 0;
            for (Row row : rows) {
                long tasks = row.getLong("tasks");
                depth += tasks;
                unserved += served.mayBeServed(row.getString("task_name")) ? 0 : tasks;
                oldest = Math.max(oldest, seconds(row));
            }
            return new QueueStats(depth, oldest, unserved);
        });
    }

    private Uni<RowSet<Row>> rows(String sql) {
        return StoreErrors.guarded(() -> pool.query(sql).execute());
    }

    private static double seconds(Row row) {
        return row.get(Numeric.class, "age").doubleValue();
    }
}
