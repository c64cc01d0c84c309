package io.zart.server.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.DurableHandler;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;

/** A holder whose heartbeats stop, against the instance that takes its work over. */
class LeaseRaceTest {

    private static final Duration LEASE = Duration.ofMillis(600);
    private static final int LATE = 12;
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.createMigrated();
    }

    @AfterEach
    void close() {
        database.drop();
    }

    private Node node(String name, int concurrency, DurableHandler<JsonNode, Object> handler) {
        return new Node(
                database,
                Node.Setup.named(name)
                        .withLease(LEASE)
                        .withConcurrency(concurrency)
                        .serving("task", handler));
    }

    private static Object twoSteps(DurableContext ctx, String by, Runnable during) {
        String first = ctx.step("first", String.class, () -> {
            during.run();
            return by;
        });
        return first + "," + ctx.step("second", String.class, () -> by);
    }

    private static List<String> start(Node node, int count) {
        List<String> ids = IntStream.range(0, count).mapToObj(i -> "e" + i).toList();
        Together.all(count, i -> () -> Node.await(node.service.start(Node.start(ids.get(i), "task"))));
        return ids;
    }

    @RepeatedTest(4)
    void theLateHolderIsRefusedAndStops() {
        CountDownLatch wake = new CountDownLatch(1);
        // No room beyond them, so that it does not claim its own expired tasks again.
        try (Node late = node("late", LATE, (ctx, payload) -> twoSteps(ctx, "late", () -> pause(wake)))) {
            late.journal.stopHeartbeats();
            List<String> ids = start(late, LATE);
            try (Node next = node("next", LATE, (ctx, payload) -> twoSteps(ctx, "next", () -> {}))) {
                for (String id : ids) {
                    Execution end = next.end(id);
                    assertThat(end.status()).isEqualTo(ExecutionStatus.COMPLETED);
                    assertThat(end.result().text()).isEqualTo("\"next,next\"");
                }
                wake.countDown();
                await("the late holder learns it").until(() -> late.journal.verdicts.size() == ids.size());
                assertThat(late.journal.verdicts).containsOnly(Verdict.LEASE_LOST);
                await("the late holder stops").until(() -> late.engine.active() == 0);
                assertThat(next.count("select count(*) from step where result <> '\"next\"'"))
                        .isZero();
                assertThat(next.count("select count(*) from step")).isEqualTo(2L * ids.size());
            }
        }
    }

    @RepeatedTest(4)
    void aCheckpointAtTheMomentOfTheExpiryIsRecordedOrRefusedNeverBoth() {
        // Late once for each execution: one that is late again and again is rightly given up as poisoned.
        Set<String> begun = ConcurrentHashMap.newKeySet();
        try (Node late = node(
                        "late",
                        40,
                        (ctx, payload) -> twoSteps(ctx, "late", () -> {
                            if (begun.add(ctx.executionId())) {
                                Together.jitter(LEASE.multipliedBy(2));
                            }
                        }));
                Node next = node("next", 40, (ctx, payload) -> twoSteps(ctx, "next", () -> {}))) {
            late.journal.stopHeartbeats();
            for (String id : start(late, 40)) {
                Execution end = next.end(id);
                assertThat(end.status()).as("%s", end.error()).isEqualTo(ExecutionStatus.COMPLETED);
                String recorded =
                        (String) next.query("select string_agg(trim(both '\"' from result), ',' order by position)"
                                        + " from step where execution_id = '" + id + "'")
                                .get(0)
                                .get(0);
                assertThat(end.result().text()).isEqualTo("\"" + recorded + "\"");
            }
            await("both stop").until(() -> late.engine.active() + next.engine.active() == 0);
        }
    }

    private static void pause(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
