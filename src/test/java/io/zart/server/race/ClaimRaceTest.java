package io.zart.server.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zart.server.engine.Lease;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.Started;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Two instances that claim from one queue which a third one fills. */
class ClaimRaceTest {

    private static final int TASKS = 200;
    private static final Map<String, AtomicInteger> BODIES = new ConcurrentHashMap<>();
    private static TestDatabase database;
    private static Node filler;
    private static Node one;
    private static Node two;

    @BeforeAll
    static void open() {
        database = TestDatabase.createMigrated();
        filler = new Node(database, Node.Setup.named("filler").withConcurrency(0));
        one = worker("one");
        two = worker("two");
    }

    private static Node worker(String name) {
        return new Node(
                database,
                Node.Setup.named(name)
                        .withConcurrency(16)
                        .serving(
                                "task",
                                (ctx, payload) -> BODIES.computeIfAbsent(ctx.executionId(), id -> new AtomicInteger())
                                        .incrementAndGet()));
    }

    @AfterAll
    static void close() {
        List.of(filler, one, two).forEach(Node::close);
        database.drop();
    }

    @RepeatedTest(6)
    void eachTaskIsActivatedOnceForEachToken(RepetitionInfo repetition) {
        List<String> ids = IntStream.range(0, TASKS)
                .mapToObj(i -> "claim-" + repetition.getCurrentRepetition() + "-" + i)
                .toList();
        List<CompletableFuture<Started>> starts = ids.stream()
                .map(id -> filler.service.start(Node.start(id, "task")).subscribeAsCompletionStage())
                .toList();
        starts.forEach(CompletableFuture::join);
        for (String id : ids) {
            assertThat(filler.end(id).status()).as(id).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(BODIES.get(id)).as(id).hasValue(1);
        }
        List<Lease> all = new ArrayList<>(one.journal.claimed);
        all.addAll(two.journal.claimed);
        assertThat(all).doesNotHaveDuplicates().hasSize(TASKS * repetition.getCurrentRepetition());
        assertThat(filler.query("select scheduled, running, completed from (select sum(scheduled) scheduled,"
                                + " sum(running) running, sum(completed) completed from (select * from tally_delta union all"
                                + " select scheduled, running, completed, failed, cancelled from tally) x) y")
                        .toString())
                .isEqualTo("[[0, 0, " + TASKS * repetition.getCurrentRepetition() + "]]");
        await("both rest").until(() -> one.engine.active() + two.engine.active() == 0);
    }
}
