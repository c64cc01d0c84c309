package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.retention.FinishedExecutions.Position;
import io.zart.server.retention.FinishedExecutions.Step;
import io.zart.server.testing.History;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FinishedExecutionsTest {

    private static final Duration AGE = Duration.ofDays(12);
    private static final String OLD = "completed_at < now() - interval '12 days'";

    private TestDatabase database;
    private Vertx vertx;
    private Pool pool;
    private PgFinishedExecutions executions;

    @BeforeEach
    void open() {
        database = TestDatabase.createMigrated();
        History.fill(database, 6_000, 50);
        vertx = Vertx.vertx();
        pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(database.databaseUrl().connectOptions())
                .with(new PoolOptions().setMaxSize(4))
                .using(vertx)
                .withConnectHandler(SessionSettings::apply)
                .build());
        executions = new PgFinishedExecutions(pool);
    }

    @AfterEach
    void close() {
        pool.closeAndAwait();
        vertx.close();
        database.drop();
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    private Row one(String sql) {
        return await(pool.query(sql).execute()).iterator().next();
    }

    private long count(String from) {
        return one("select count(*) from " + from).getLong(0);
    }

    private int deleteAll(ExecutionStatus status) {
        int deleted = 0;
        Position position = Position.START;
        Step step;
        do {
            step = await(executions.deleteSome(status, AGE, position, 300));
            assertThat(step.mine()).isTrue();
            deleted += step.deleted();
            position = step.last();
        } while (step.seen() == 300);
        return deleted;
    }

    @Test
    void whatHasReachedItsAgeGoesWithAllThatHangsOnIt() {
        long old = count("execution where status = 'completed' and " + OLD);
        long others = count("execution where not (status = 'completed' and " + OLD + ")");
        assertThat(deleteAll(ExecutionStatus.COMPLETED)).isEqualTo((int) old).isPositive();
        assertThat(count("execution")).isEqualTo(others);
        for (String table : new String[] {"step", "attempt"}) {
            assertThat(count(table)).isPositive();
            assertThat(count(table + " x where not exists (select from execution e where e.id = x.execution_id)"))
                    .isZero();
        }
    }

    @Test
    void theCountsStayThoseOfTheRows() {
        deleteAll(ExecutionStatus.COMPLETED);
        deleteAll(ExecutionStatus.FAILED);
        Row counted = one(ExecutionSql.STATS);
        Row real = one("select count(*) filter (where status = 'completed') as completed,"
                + " count(*) filter (where status = 'failed') as failed,"
                + " count(*) filter (where status = 'cancelled') as cancelled from execution");
        for (String status : Set.of("completed", "failed", "cancelled")) {
            assertThat(counted.getLong(status)).as(status).isEqualTo(real.getLong(status));
        }
    }

    @Test
    void aLockedExecutionIsLeftForLaterAndNotWaitedFor() {
        String id = one("select id from execution where status = 'failed' order by scheduled_at limit 1")
                .getString(0);
        await(pool.withConnection(connection -> connection
                .begin()
                .chain(transaction -> connection
                        .preparedQuery("select 1 from execution where id = $1 for update")
                        .execute(Tuple.of(id))
                        .chain(locked -> executions.deleteSome(ExecutionStatus.FAILED, AGE, Position.START, 10))
                        .invoke(step -> assertThat(step.deleted()).isEqualTo(9))
                        .eventually(transaction::rollback))));
        assertThat(await(executions.deleteSome(ExecutionStatus.FAILED, AGE, Position.START, 1))
                        .deleted())
                .isEqualTo(1);
    }

    @Test
    void oneInstanceAtATimeHasItsTurn() {
        await(pool.withConnection(connection -> connection
                .begin()
                .chain(transaction -> connection
                        .preparedQuery("explain analyze " + RetentionSql.deleteSome(ExecutionStatus.FAILED))
                        .execute(Tuple.of(AGE.toMillis(), null, "", 1L))
                        .chain(first -> executions.deleteSome(ExecutionStatus.COMPLETED, AGE, Position.START, 10))
                        .invoke(step -> {
                            assertThat(step.mine()).isFalse();
                            assertThat(step.deleted()).isZero();
                        })
                        .eventually(transaction::rollback))));
    }

    @Test
    void theResultOfAChildStaysWhileItsParentIsActive() {
        String child = one("select id from execution where status = 'failed' order by scheduled_at limit 1")
                .getString(0);
        await(pool.preparedQuery("update execution set parent_id = 'active-000001' where id = $1")
                .execute(Tuple.of(child)));
        deleteAll(ExecutionStatus.FAILED);
        assertThat(count("execution where id = '" + child + "'")).isEqualTo(1);
        await(pool.query("update execution set status = 'cancelled' where id = 'active-000001'")
                .execute());
        deleteAll(ExecutionStatus.FAILED);
        assertThat(count("execution where id = '" + child + "'")).isZero();
    }

    @Test
    void aStepTouchesItsOwnRowsOnly() {
        Plan.of(pool, RetentionSql.deleteSome(ExecutionStatus.COMPLETED), Tuple.of(AGE.toMillis(), null, "", 100L))
                .scansNoneOf("execution", "step")
                .touchesAtMost(100 * 12);
    }

    @Test
    void aLaterStepGoesOnAfterTheLastOneLookedAt() {
        Duration never = Duration.ofDays(24);
        await(pool.query("update execution set completed_at = now() where status = 'failed'")
                .execute());
        Set<String> seen = new HashSet<>();
        Position position = Position.START;
        for (int i = 0; i < 3; i++) {
            Step step = await(executions.deleteSome(ExecutionStatus.FAILED, never, position, 2));
            assertThat(step.seen()).isEqualTo(2);
            assertThat(step.deleted()).isZero();
            assertThat(seen.add(step.last().id())).isTrue();
            position = step.last();
        }
    }
}
