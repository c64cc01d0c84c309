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
import org.jboss.logging.Logger;

/** Counts now and then what is due and in nobody's hands, and what of it nobody serves; the gauges show the last counts. Never blocks. */
@Singleton
public class QueueDepth {

    private static final Logger LOG = Logger.getLogger(QueueDepth.class);
    private static final long PERIOD_MILLIS = 10_000;

    /** Reads the due part of an index, up to a bound: beyond it the exact number says no more than the bound. */
    private static final String COUNT =
            "select task_name, count(*) from (select task_name from task where run_at <= now() and holder is null limit 100000)"
                    + " as due group by task_name";

    private final Vertx vertx;
    private final Pool pool;
    private final Migrations migrations;
    private final ServedTasks served;
    private final AtomicLong depth = new AtomicLong();
    private final AtomicLong unserved = new AtomicLong();
    private final AtomicLong timer = new AtomicLong(-1);

    QueueDepth(Vertx vertx, Pool pool, Migrations migrations, ServedTasks served) {
        this.vertx = vertx;
        this.pool = pool;
        this.migrations = migrations;
        this.served = served;
    }

    void start(@Observes StartupEvent event, ZartMetrics metrics) {
        metrics.queueDepth(depth::get);
        metrics.unservedTasks(unserved::get);
        timer.set(vertx.setPeriodic(PERIOD_MILLIS, due -> count()));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer.get());
    }

    private void counted(RowSet<Row> rows) {
        long all = 0;
        long nobodys = 0;
        for (Row row : rows) {
            all += row.getLong(1);
            nobodys += served.mayBeServed(row.getString(0)) ? 0 : row.getLong(1);
        }
        depth.set(all);
        unserved.set(nobodys);
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
