package io.zart.server.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zart.server.execution.ExecutionStatus;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** A cancel while steps are recorded, at the instance that runs them and at another one. */
class CancelRaceTest {

    private static final int RUNS = 8;
    /** The step that followed a checkpoint committed before the cancel may be on the way to its thread already. */
    private static final long ON_ITS_WAY = 1;

    private static final Duration SOME_STEPS = Duration.ofMillis(40);
    private static final Map<String, Queue<Long>> STARTED = new ConcurrentHashMap<>();
    private static TestDatabase database;
    private static Node runner;
    private static Node other;

    @BeforeAll
    static void open() {
        database = TestDatabase.createMigrated();
        runner = new Node(database, Node.Setup.named("runner").serving("endless", (ctx, payload) -> {
            Queue<Long> started = STARTED.computeIfAbsent(ctx.executionId(), id -> new ConcurrentLinkedQueue<>());
            while (true) {
                ctx.step("step", Integer.class, () -> {
                    started.add(System.nanoTime());
                    return 1;
                });
            }
        }));
        other = new Node(database, Node.Setup.named("other").withConcurrency(0));
    }

    @AfterAll
    static void close() {
        runner.close();
        other.close();
        database.drop();
    }

    /** What was known when the cancel was answered. */
    private record Cancelled(String id, long answered, long recorded) {}

    private static long steps(String id) {
        return other.count("select count(*) from step where execution_id = '" + id + "'");
    }

    private static long startedAfter(String id, long moment) {
        return STARTED.getOrDefault(id, new ConcurrentLinkedQueue<>()).stream()
                .filter(at -> at - moment > 0)
                .count();
    }

    @RepeatedTest(12)
    void whereTheRunIsNothingIsRecordedAfterTheAnswer(RepetitionInfo repetition) {
        cancelled("here-" + repetition.getCurrentRepetition(), runner);
    }

    @RepeatedTest(12)
    void elsewhereNothingIsRecordedAfterTheAnswer(RepetitionInfo repetition) {
        cancelled("there-" + repetition.getCurrentRepetition(), other);
    }

    private static void cancelled(String prefix, Node canceller) {
        List<Cancelled> all = Together.all(RUNS, i -> () -> {
            String id = prefix + "-" + i;
            Node.await(runner.service.start(Node.start(id, "endless")));
            Together.jitter(SOME_STEPS);
            Node.await(canceller.service.cancel(id));
            long answered = System.nanoTime();
            long recorded = steps(id);
            assertThat(other.end(id).status()).isEqualTo(ExecutionStatus.CANCELLED);
            return new Cancelled(id, answered, recorded);
        });
        await("the holder stops").until(() -> runner.engine.active() == 0);
        assertThat(other.count("select count(*) from task")).isZero();
        for (Cancelled each : all) {
            assertThat(steps(each.id())).isEqualTo(each.recorded());
            assertThat(startedAfter(each.id(), each.answered())).isLessThanOrEqualTo(ON_ITS_WAY);
        }
    }
}
