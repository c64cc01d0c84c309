package io.zart.server.metrics;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.zart.server.config.Migrations;
import io.zart.server.execution.ServedTasks;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** Counts now and then what is due and in nobody's hands, and what of it nobody serves; the gauges show the last counts. Never blocks. */
@Singleton
public class QueueDepth {

    private static final Logger LOG = Logger.getLogger(QueueDepth.class);
    private static final long PERIOD_MILLIS = 10_000;

    /** Reads the due part of the index, name by name, up to a bound: beyond it the exact number says no more than the bound. */
    private static final String COUNT = """
            with recursive names(name) as (
              (select task_name from task order by task_name limit 1)
              union all
              select (select task_name from task where task_name > n.name order by task_name limit 1)
              from names n where n.name is not null)
            select n.name as task_name, due.depth, coalesce(extract(epoch from now() - due.oldest), 0)::float8 as oldest
            from names n cross join lateral (
              select count(*) as depth, min(run_at) as oldest from (
                select run_at from task where task_name = n.name and run_at <= now() order by run_at limit 100000) as ready) as due
            where n.name is not null""";

    private final Vertx vertx;
    private final Pool pool;
    private final Migrations migrations;
    private final ServedTasks served;
    private final AtomicLong depth = new AtomicLong();
    private final AtomicLong unserved = new AtomicLong();
    private final AtomicReference<Double> oldest = new AtomicReference<>(0.0);
    private final AtomicLong timer = new AtomicLong(-1);

    QueueDepth(Vertx vertx, Pool pool, Migrations migrations, ServedTasks served) {
        this.vertx = vertx;
        this.pool = pool;
        this.migrations = migrations;
        this.served = served;
    }

    void start(@Observes StartupEvent event, ZartMetrics metrics, DatabaseGauges gauges) {
        metrics.queueDepth(depth::get);
        metrics.unservedTasks(unserved::get);
        gauges.oldestReady(oldest::get);
        timer.set(vertx.setPeriodic(PERIOD_MILLIS, due -> count()));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer.get());
    }

    private void counted(RowSet<Row> rows) {
        long all = 0;
        long nobodys = 0;
        double longest = 0;
        for (Row row : rows) {
            long due = row.getLong("depth");
            all += due;
            nobodys += served.mayBeServed(row.getString("task_name")) ? 0 : due;
            longest = Math.max(longest, row.getDouble("oldest"));
        }
        depth.set(all);
        unserved.set(nobodys);
        oldest.set(longest);
    }

    private void count() {
        if (migrations.applied()) {
            pool.query(COUNT)
                    .execute()
                    .onSuccess(this::counted)
                    .onFailure(failure -> LOG.debug("the due tasks could not be counted", failure));
        }
    }
}
