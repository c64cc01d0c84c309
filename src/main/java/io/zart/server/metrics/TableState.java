package io.zart.server.metrics;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.zart.server.config.Migrations;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Looks now and then at PostgreSQL's own statistics: dead rows, sizes, how full the queue of notifications is. Never blocks. */
@Singleton
public class TableState {

    private static final Logger LOG = Logger.getLogger(TableState.class);
    private static final long PERIOD_MILLIS = 15_000;

    private static final String TABLES = """
            select relname, n_live_tup as live, n_dead_tup as dead, pg_total_relation_size(relid) as bytes,
              pg_notification_queue_usage() as notifications
            from pg_stat_user_tables
            where schemaname = current_schema()
              and relname in ('execution', 'task', 'step', 'attempt', 'run', 'event', 'tally_delta')""";

    private final Vertx vertx;
    private final Pool pool;
    private final Migrations migrations;
    private final DatabaseGauges gauges;
    private final AtomicLong timer = new AtomicLong(-1);

    TableState(Vertx vertx, Pool pool, Migrations migrations, DatabaseGauges gauges) {
        this.vertx = vertx;
        this.pool = pool;
        this.migrations = migrations;
        this.gauges = gauges;
    }

    void start(@Observes StartupEvent event) {
        migrations.whenApplied().subscribe().with(applied -> look());
        timer.set(vertx.setPeriodic(PERIOD_MILLIS, due -> look()));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer.get());
    }

    private void look() {
        if (migrations.applied()) {
            pool.query(TABLES)
                    .execute()
                    .onSuccess(rows -> rows.forEach(this::show))
                    .onFailure(failure -> LOG.debug("the statistics could not be read", failure));
        }
    }

    private void show(Row row) {
        String table = row.getString("relname");
        gauges.show("zart.table.rows", "Live rows, as estimated by PostgreSQL", table, row.getLong("live"));
        gauges.show(
                "zart.table.dead.rows",
                "Dead rows that wait for vacuum, as estimated by PostgreSQL",
                table,
                row.getLong("dead"));
        gauges.show("zart.table.bytes", "Size with indexes and TOAST", table, row.getLong("bytes"));
        gauges.show(
                "zart.notify.queue.usage",
                "How full PostgreSQL's queue of notifications is, from 0 to 1",
                row.getDouble("notifications"));
    }
}
