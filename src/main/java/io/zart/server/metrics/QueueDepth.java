package io.zart.server.metrics;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.zart.server.config.Migrations;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Counts now and then what is due and in nobody's hands; the gauge shows the last count. Never blocks. */
@Singleton
public class QueueDepth {

    private static final Logger LOG = Logger.getLogger(QueueDepth.class);
    private static final long PERIOD_MILLIS = 10_000;

    /** Reads the due part of an index, up to a bound: beyond it the exact number says no more than the bound. */
    private static final String COUNT =
            "select count(*) from (select 1 from task where run_at <= now() and holder is null limit 100000) as due";

    private final Vertx vertx;
    private final Pool pool;
    private final Migrations migrations;
    private final AtomicLong depth = new AtomicLong();
    private final AtomicLong timer = new AtomicLong(-1);

    QueueDepth(Vertx vertx, Pool pool, Migrations migrations) {
        this.vertx = vertx;
        this.pool = pool;
        this.migrations = migrations;
    }

    void start(@Observes StartupEvent event, ZartMetrics metrics) {
        metrics.queueDepth(depth::get);
        timer.set(vertx.setPeriodic(PERIOD_MILLIS, due -> count()));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer.get());
    }

    private void count() {
        if (migrations.applied()) {
            pool.query(COUNT)
                    .execute()
                    .onSuccess(rows -> depth.set(rows.iterator().next().getLong(0)))
                    .onFailure(failure -> LOG.debug("the due tasks could not be counted", failure));
        }
    }
}
