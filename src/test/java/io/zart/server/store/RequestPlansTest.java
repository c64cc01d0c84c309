package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.testing.History;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the statements of requests touch in a database with history and a long queue. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestPlansTest {

    private static final String[] LARGE = {"execution", "task", "step", "attempt", "run", "event"};

    private TestDatabase database;
    private Vertx vertx;
    private Pool pool;

    @BeforeAll
    void fill() {
        database = TestDatabase.createMigrated();
        History.fill(database, 20_000, 6_000);
        vertx = Vertx.vertx();
        pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(database.databaseUrl().connectOptions())
                .with(new PoolOptions().setMaxSize(2))
                .using(vertx)
                .withConnectHandler(SessionSettings::apply)
                .build());
    }

    @AfterAll
    void drop() {
        pool.closeAndAwait();
        vertx.close();
        database.drop();
    }

    private void touches(int most, String sql, Tuple parameters) {
        Plan.of(pool, sql, parameters).scansNoneOf(LARGE).touchesAtMost(most);
    }

    @Test
    void aRecordIsFoundByItsId() {
        touches(10, ExecutionSql.FIND, Tuple.tuple().addArrayOfString(new String[] {"order-000000003", "active-000005"
        }));
    }

    @Test
    void theCountsReadNoExecutions() {
        touches(10, ExecutionSql.STATS, Tuple.tuple());
    }

    @Test
    void aStartTouchesItsOwnRows() {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(new String[] {"new-1", "order-000000003"})
                .addArrayOfString(new String[] {"echo", "echo"})
                .addArrayOfString(new String[] {"1", "2"})
                .addArrayOfString(new String[2])
                .addArrayOfOffsetDateTime(new OffsetDateTime[2])
                .addArrayOfLong(new Long[2])
                .addArrayOfLong(new Long[2])
                .addArrayOfString(new String[] {"here", "here"})
                .addArrayOfLong(new Long[] {15_000L, 15_000L})
                .addArrayOfString(new String[2]);
        touches(5, ExecutionSql.INSERT, parameters);
    }

    @Test
    void aClaimTouchesNoMoreOfALongQueueThanItTakes() {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(new String[] {"order-fulfillment", "echo", "Brand-New"})
                .addInteger(10)
                .addLong(15_000L)
                .addString("here");
        touches(10 * 6, JournalSql.CLAIM, parameters);
    }

    @Test
    void anotherNameWithALongQueueCostsAClaimNothing() {
        await("insert into execution (id, task_name, scheduled_at) values ('fresh', 'rare', now())");
        await("insert into task (execution_id, task_name, run_index, run_at, lease_epoch, version)"
                + " values ('fresh', 'rare', 0, now(), 0, 1)");
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(new String[] {"rare"})
                .addInteger(10)
                .addLong(15_000L)
                .addString("here");
        touches(6, JournalSql.CLAIM, parameters);
    }

    @Test
    void theNextDueTaskIsLookedForInTheIndex() {
        touches(10, JournalSql.NEXT_DUE, Tuple.tuple().addArrayOfString(new String[] {"order-fulfillment", "Brand-New"
        }));
    }

    @Test
    void anEndTouchesItsOwnRows() {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(new String[] {"active-000001", "active-000002"})
                .addArrayOfLong(new Long[] {1L, 2L})
                .addArrayOfString(new String[] {"completed", "failed"})
                .addArrayOfString(new String[] {"1", null})
                .addArrayOfString(new String[] {null, "{}"});
        touches(12, JournalSql.FINISH, parameters);
    }

    @Test
    void runsPastTheirDeadlineAreFoundByIt() {
        touches(10, JournalSql.EXPIRE, Tuple.tuple());
        touches(10, JournalSql.NEXT_DEADLINE, Tuple.tuple());
    }

    @Test
    void theDetailOfAnExecutionReadsItsOwnSteps() {
        touches(20, OperatorSql.STEPS, Tuple.of("order-000000003", 0));
        touches(20, OperatorSql.ATTEMPTS, Tuple.of("order-000000003", 0));
        touches(20, OperatorSql.RUNS, Tuple.of("order-000000003"));
    }

    private void await(String sql) {
        assertThat(pool.query(sql)
                        .execute()
                        .await()
                        .atMost(Duration.ofSeconds(20))
                        .rowCount())
                .isEqualTo(1);
    }
}
