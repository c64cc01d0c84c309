package io.zart.server.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.Started;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Many starts of one id at the same moment, at two instances. */
class StartRaceTest {

    private static final int STARTS = 50;
    private static final Map<String, AtomicInteger> BODIES = new ConcurrentHashMap<>();
    private static TestDatabase database;
    private static List<Node> nodes;

    @BeforeAll
    static void open() {
        database = TestDatabase.createMigrated();
        nodes = List.of(node("one"), node("two"));
    }

    private static Node node(String name) {
        return new Node(
                database,
                Node.Setup.named(name)
                        .serving(
                                "once",
                                (ctx, payload) -> BODIES.computeIfAbsent(ctx.executionId(), id -> new AtomicInteger())
                                        .incrementAndGet()));
    }

    @AfterAll
    static void close() {
        nodes.forEach(Node::close);
        database.drop();
    }

    @RepeatedTest(30)
    void exactlyOneOfManyStartsCreatesTheExecution(RepetitionInfo repetition) {
        String id = "start-" + repetition.getCurrentRepetition();
        List<Started> answers = Together.all(
                STARTS, i -> () -> Node.await(nodes.get(i % 2).service.start(Node.start(id, "once"))));
        assertThat(answers).filteredOn(Started::created).hasSize(1);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.execution().id()).isEqualTo(id);
            assertThat(answer.execution().runIndex()).isZero();
        });
        assertThat(nodes.get(0).end(id).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(BODIES.get(id)).hasValue(1);
        assertThat(nodes.get(0).count("select count(*) from task")).isZero();
    }
}
