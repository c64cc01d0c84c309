package io.zart.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.zart.server.engine.Codec;
import io.zart.server.engine.LimitExceeded;
import io.zart.server.engine.PauseGate;
import io.zart.server.execution.Act;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.EventDelivery;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.OnConflict;
import io.zart.server.execution.ServedTasks;
import io.zart.server.handler.Branch;
import io.zart.server.handler.DurableHandler;
import io.zart.server.handler.StepOptions;
import io.zart.server.notify.Announcer;
import io.zart.server.notify.Waiters;
import io.zart.server.store.PgExecutionStore;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import io.zart.server.testkit.DurableTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is too large or too much is refused by name, and leaves an execution that can be read and cancelled. */
class LimitsTest {

    private static void assertFails(DurableHandler<String, String> handler, String... parts) {
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start("x");
            assertThat(test.execution().status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(test.execution().error().text())
                    .contains("LimitExceeded")
                    .contains(parts);
        }
    }

    @Test
    void aRunOfTooManyStepsFails() {
        assertFails(
                (ctx, payload) -> {
                    for (int i = 0; ; i++) {
                        ctx.step("again", Integer.class, () -> 1);
                    }
                },
                "10001 steps",
                "zart.limits.steps");
    }

    @Test
    void aGroupOfTooManyBranchesFails() {
        List<Branch<Integer>> branches = IntStream.range(0, 1_001)
                .mapToObj(number -> new Branch<>("b" + number, Integer.class, StepOptions.ONCE, attempt -> 1))
                .toList();
        assertFails((ctx, payload) -> "" + ctx.parallel(branches), "1001 branches", "zart.limits.branches");
        assertFails((ctx, payload) -> "" + ctx.any("first", branches), "1001 branches", "zart.limits.branches");
    }

    @Test
    void aStepOfTooLongANameFails() {
        assertFails((ctx, payload) -> ctx.step("n".repeat(256), String.class, () -> ""), "256 characters");
    }

    @Test
    void aResultThatIsTooLargeIsRefused() {
        Codec codec = new Codec(new ObjectMapper(), 10);
        assertThat(codec.write("12345678").text()).hasSize(10);
        assertThatThrownBy(() -> codec.write("123456789"))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("11 characters")
                .hasMessageContaining("zart.limits.result-size");
        assertThatThrownBy(() -> codec.write(new JsonText("[1,2,3,4,5]"))).isInstanceOf(LimitExceeded.class);
    }

    @Test
    void anErrorThatIsTooLongIsCutAndEndsTheRunLikeAnother() {
        String message = "m".repeat(100_000);
        assertThat(new Codec(new ObjectMapper(), 10)
                        .error(message, message, "s")
                        .text())
                .as("with a limit that even a short error is beyond")
                .isEqualTo("{\"message\":\"" + "m".repeat(65_536) + "\",\"type\":\"" + "m".repeat(255)
                        + "\",\"step\":\"s\"}");
        DurableHandler<String, String> failing = (ctx, payload) -> {
            throw new IllegalStateException(message);
        };
        try (DurableTest test = DurableTest.of(failing, String.class)) {
            test.start("x");
            assertThat(test.execution().status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(test.execution().error().text()).hasSizeLessThan(70_000);
        }
    }

    @Test
    void eventsBeyondTheLimitAndWaitsBeyondTheLimitAreRefusedAndTheExecutionCanStillBeCancelled() {
        TestDatabase database = TestDatabase.createMigrated();
        Vertx vertx = Vertx.vertx();
        io.vertx.sqlclient.Pool pool = PgBuilder.pool()
                .connectingTo(database.databaseUrl().connectOptions())
                .using(vertx)
                .build();
        try {
            PgExecutionStore store =
                    new PgExecutionStore(Pool.newInstance(pool), ServedTasks.unknown(), PauseGate.OPEN, 3);
            await(store.insert(
                    new NewExecution("e", "task", JsonText.NULL, OnConflict.RETURN, null, null, null, null),
                    null,
                    null));
            for (int i = 0; i < 3; i++) {
                assertThat(await(store.deliver("e", "name", JsonText.NULL, "key" + i))
                                .delivery())
                        .isEqualTo(EventDelivery.BUFFERED);
            }
            assertThat(await(store.deliver("e", "name", JsonText.NULL, "key1")).delivery())
                    .isEqualTo(EventDelivery.DUPLICATE);
            assertThatThrownBy(() -> await(store.deliver("e", "name", JsonText.NULL, "more")))
                    .isInstanceOfSatisfying(
                            DomainException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_EVENTS));

            Waiters waiters = new Waiters(vertx, store, new Announcer(vertx, pool, "one"), ended -> {}, 1);
            Cancellable first =
                    waiters.await("e", Duration.ofMinutes(1)).subscribe().with(execution -> {}, failure -> {});
            assertThatThrownBy(() -> await(waiters.await("e", Duration.ofMinutes(1))))
                    .isInstanceOfSatisfying(
                            DomainException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
            first.cancel();
            assertThatThrownBy(() -> await(waiters.await("e", Duration.ofMillis(1))))
                    .as("the place is free again")
                    .isInstanceOfSatisfying(
                            DomainException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAIT_TIMED_OUT));

            Execution cancelled = await(store.cancel("e", Act.ANONYMOUS));
            assertThat(cancelled.status()).isEqualTo(ExecutionStatus.CANCELLED);
        } finally {
            pool.close().toCompletionStage().toCompletableFuture().join();
            vertx.close().toCompletionStage().toCompletableFuture().join();
            database.drop();
        }
    }

    @Test
    void anExecutionWithAllTheStepsAndEventsThatItMayHoldIsReadAndCancelledLikeAnother() {
        TestDatabase database = TestDatabase.createMigrated();
        try (Node node = new Node(
                database,
                Node.Setup.named("one").serving("task", (ctx, input) -> ctx.waitForEvent("go", String.class, null)))) {
            await(node.service.start(Node.start("full", "task")));
            Awaitility.await("the wait")
                    .until(() -> node.count("select count(*) from task where wait_kind = 'event'") == 1);
            node.query(
                    "insert into step (execution_id, run_index, name, position, kind, status, scheduled_at, started_at,"
                            + " completed_at, result) select 'full', 0, 's' || n, n, 'step', 'completed', now(), now(), now(), '1'"
                            + " from generate_series(1, 9999) n");
            node.query("insert into event (execution_id, name, payload, run_index, arrived_at)"
                    + " select 'full', 'other', '1', 0, now() from generate_series(1, 10000)");
            node.query("update task set event_count = 10000");

            assertThatThrownBy(() -> await(node.service.deliver("full", "other", JsonText.NULL, null)))
                    .isInstanceOfSatisfying(
                            DomainException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_EVENTS));
            assertThat(await(node.service.get("full")).waiting().kind()).isEqualTo("event");
            assertThat(await(node.operators.history("full", null)).steps()).hasSize(10_000);
            await(node.service.cancel("full"));
            assertThat(node.end("full").status()).isEqualTo(ExecutionStatus.CANCELLED);
            assertThat(await(node.operators.history("full", null)).steps()).hasSize(10_000);
        } finally {
            database.drop();
        }
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}
