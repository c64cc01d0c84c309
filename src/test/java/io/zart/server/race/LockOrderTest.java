package io.zart.server.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.execution.EventDelivery;
import io.zart.server.execution.JsonText;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * All statements that lock several tasks lock them in the order of their ids. A circle would not fail anything: PostgreSQL ends
 * one of its statements after a second, which is then repeated. So its counter is looked at.
 */
class LockOrderTest {

    private static final int ROUNDS = 20;
    private static final int SENDERS = 8;
    private static final int EXECUTIONS = 200;
    /** In the order of their code points, which the database has here, and not in that of Java's characters. */
    private static final List<String> PREFIXES = List.of("\uFF5E", "\uD83D\uDE00");

    private final TestDatabase database = TestDatabase.createMigrated();

    @Test
    void eventsAndEndsOfTheSameExecutionsNeverWaitForEachOtherInACircle() {
        List<Node> nodes = List.of(node("one"), node("two"));
        int delivered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            delivered += eventsForAll(nodes, round);
        }
        // The statistics of a connection are complete once it is closed.
        nodes.forEach(Node::close);
        assertThat(delivered).as("events that met an execution").isGreaterThanOrEqualTo(ROUNDS * EXECUTIONS);
        assertThat(database.pairs(
                        "select 'deadlocks', deadlocks from pg_stat_database where datname = current_database()"))
                .isEqualTo(Map.of("deadlocks", "0"));
    }

    @AfterEach
    void drop() {
        database.drop();
    }

    private Node node(String name) {
        return new Node(
                database,
                Node.Setup.named(name)
                        .serving("takes-one", (ctx, payload) -> ctx.waitForEvent("go", JsonNode.class, null)));
    }

    /** Every sender tells all of them at once, in an order of its own; most events meet the end that the first one brings. */
    private static int eventsForAll(List<Node> nodes, int round) {
        List<String> ids = IntStream.range(0, EXECUTIONS)
                .mapToObj(i -> PREFIXES.get(i % 2) + round + "-" + i)
                .toList();
        Together.all(
                EXECUTIONS, i -> () -> Node.await(nodes.get(i % 2).service.start(Node.start(ids.get(i), "takes-one"))));
        List<Integer> delivered = Together.all(SENDERS, sender -> () -> {
            List<String> shuffled = new ArrayList<>(ids);
            Collections.shuffle(shuffled, new Random(round * SENDERS + sender));
            List<CompletableFuture<EventDelivery>> answers = shuffled.stream()
                    .map(id -> nodes.get(sender % 2)
                            .service
                            .deliver(id, "go", new JsonText("1"), null)
                            .onFailure()
                            .recoverWithNull()
                            .subscribeAsCompletionStage())
                    .toList();
            return (int)
                    answers.stream().filter(answer -> answer.join() != null).count();
        });
        ids.forEach(nodes.get(0)::end);
        return delivered.stream().mapToInt(Integer::intValue).sum();
    }
}
