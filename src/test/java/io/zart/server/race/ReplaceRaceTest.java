package io.zart.server.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.OnConflict;
import io.zart.server.execution.Started;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Several replacements of one execution at the same moment, at two instances, while its runs run. */
class ReplaceRaceTest {

    private static final int REPLACEMENTS = 8;
    private static TestDatabase database;
    private static List<Node> nodes;

    @BeforeAll
    static void open() {
        database = TestDatabase.createMigrated();
        nodes = List.of(node("one"), node("two"));
    }

    private static Node node(String name) {
        return new Node(database, Node.Setup.named(name).serving("steps", (ctx, payload) -> {
            int sum = 0;
            for (int i = 0; i < 5; i++) {
                sum += ctx.step("step", Integer.class, ctx::runIndex);
            }
            return sum;
        }));
    }

    @AfterAll
    static void close() {
        nodes.forEach(Node::close);
        database.drop();
    }

    @RepeatedTest(20)
    void eachReplacementBeginsARunAndNoRunReachesIntoAnother(RepetitionInfo repetition) {
        String id = "replace-" + repetition.getCurrentRepetition();
        Node.await(nodes.get(0).service.start(Node.start(id, "steps")));
        List<Started> answers = Together.all(
                REPLACEMENTS,
                i -> () -> Node.await(nodes.get(i % 2).service.start(Node.start(id, "steps", OnConflict.REPLACE))));
        assertThat(answers).allMatch(Started::created);
        assertThat(answers.stream().map(answer -> answer.execution().runIndex()).sorted())
                .isEqualTo(IntStream.rangeClosed(1, REPLACEMENTS).boxed().toList());
        Execution end = nodes.get(0).end(id);
        assertThat(end.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(end.runIndex()).isEqualTo(REPLACEMENTS);
        assertThat(end.result().text()).isEqualTo(Integer.toString(5 * REPLACEMENTS));
        assertThat(nodes.get(0)
                        .count("select count(*) from step where execution_id = '" + id
                                + "' and result <> run_index::text"))
                .isZero();
        assertThat(nodes.get(0).count("select count(*) from run where execution_id = '" + id + "'"))
                .isEqualTo(REPLACEMENTS);
        await("both rest")
                .until(() ->
                        nodes.stream().mapToInt(node -> node.engine.active()).sum() == 0);
    }
}
