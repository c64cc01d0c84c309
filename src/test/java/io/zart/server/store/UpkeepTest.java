package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.zart.server.execution.QueueStats;
import io.zart.server.execution.ServedTasks;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators watch is right, and does not cost more with more that is parked or finished. */
class UpkeepTest {

    private final TestDatabase database = TestDatabase.createMigrated();
    private final Vertx vertx = Vertx.vertx();
    private Pool pool;
    private PgUpkeep upkeep;

    @BeforeEach
    void connect() {
        pool = PgBuilder.pool()
                .connectingTo(database.databaseUrl().connectOptions())
                .using(vertx)
                .build();
        upkeep = new PgUpkeep(pool, ServedTasks.unknown());
    }

    @AfterEach
    void drop() {
        pool.closeAndAwait();
        vertx.closeAndAwait();
        database.drop();
    }

    @Test
    void anEmptyQueueHasNoDepthAndNoAge() {
        assertThat(upkeep.queues().await().indefinitely()).isEqualTo(new QueueStats(0, 0, 0));
    }

    @Test
    void dueTasksOfAllNamesCountAndParkedOrLeasedOnesDoNot() {
        tasks("a", 3, "now() - interval '90 seconds'");
        tasks("b", 2, "now() - interval '5 seconds'");
        tasks("b", 4, "'infinity'");
        tasks("c", 4, "now() + interval '1 hour'");
        QueueStats stats = upkeep.queues().await().indefinitely();
        assertThat(stats.depth()).isEqualTo(5);
        assertThat(stats.oldestReadyAgeSeconds()).isBetween(90.0, 600.0);
    }

    @Test
    void manyParkedTasksAreNotScanned() {
        tasks("parked", 20_000, "'infinity'");
        tasks("due", 3, "now()");
        execute("vacuum analyze task");
        long before = sequentialScans();
        for (int i = 0; i < 5; i++) {
            assertThat(upkeep.queues().await().indefinitely().depth()).isEqualTo(3);
        }
        Awaitility.await("the statistics of the five reads")
                .atMost(Duration.ofSeconds(120))
                .until(() -> indexScans() > 0);
        assertThat(sequentialScans()).isEqualTo(before);
    }

    private long sequentialScans() {
        return number("select seq_scan from pg_stat_user_tables where relname = 'task'");
    }

    private long indexScans() {
        return number("select idx_scan from pg_stat_user_indexes where indexrelname = 'task_due'");
    }

    private void tasks(String name, int count, String runAt) {
        execute("insert into task (execution_id, task_name, run_index, run_at, lease_epoch, version) select '" + name
                + "-' || gen_random_uuid(), '" + name + "', 0, " + runAt + ", 0, 1 from generate_series(1, " + count
                + ")");
    }

    private void execute(String sql) {
        pool.query(sql).executeAndAwait();
    }

    private long number(String sql) {
        return pool.query(sql).executeAndAwait().iterator().next().getLong(0);
    }
}
