package io.zart.server.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.execution.EventDelivery;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Events that arrive while the run parks for them, and events that arrive twice, at two instances. */
class EventRaceTest {

    private static final int EVENTS = 4;
    private static final Duration ABOUT_A_PARK = Duration.ofMillis(8);
    private static TestDatabase database;
    private static List<Node> nodes;

    @BeforeAll
    static void open() {
        database = TestDatabase.createMigrated();
        nodes = List.of(node("one"), node("two"));
    }

    private static Node node(String name) {
        return new Node(database, Node.Setup.named(name).serving("takes", (ctx, payload) -> {
            List<JsonNode> taken = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                taken.add(ctx.waitForEvent("go", JsonNode.class, null));
            }
            return taken;
        }));
    }

    @AfterAll
    static void close() {
        nodes.forEach(Node::close);
        database.drop();
    }

    private static EventDelivery deliver(int node, String id, int payload, String key) {
        return Node.await(nodes.get(node % 2).service.deliver(id, "go", new JsonText(Integer.toString(payload)), key));
    }

    @RepeatedTest(25)
    void noEventIsLostAndNoneIsTakenTwiceWhileTheRunParks(RepetitionInfo repetition) {
        List<String> ids = IntStream.range(0, 10)
                .mapToObj(i -> "park-" + repetition.getCurrentRepetition() + "-" + i)
                .toList();
        Together.all(ids.size(), i -> () -> {
            Node.await(nodes.get(i % 2).service.start(Node.start(ids.get(i), "takes")));
            for (int event = 0; event < EVENTS; event++) {
                Together.jitter(ABOUT_A_PARK);
                deliver(i + event, ids.get(i), event, null);
            }
            return null;
        });
        for (String id : ids) {
            Execution end = nodes.get(0).end(id);
            assertThat(end.status()).as(id).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(end.result().text()).as(id).isEqualTo("[0,1,2,3]");
        }
    }

    @RepeatedTest(25)
    void eventsFromEverywhereAtOnceAreEachTakenOnce(RepetitionInfo repetition) {
        String id = "burst-" + repetition.getCurrentRepetition();
        Node.await(nodes.get(0).service.start(Node.start(id, "takes")));
        Together.all(EVENTS, i -> () -> {
            Together.jitter(ABOUT_A_PARK);
            return deliver(i, id, i, null);
        });
        Execution end = nodes.get(1).end(id);
        assertThat(end.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(end.result()
                        .text()
                        .replaceAll("[\\[\\],]", "")
                        .chars()
                        .sorted()
                        .toArray())
                .isEqualTo("0123".chars().toArray());
    }

    @RepeatedTest(25)
    void ofManyDeliveriesWithOneKeyOneCounts(RepetitionInfo repetition) {
        String id = "dedup-" + repetition.getCurrentRepetition();
        Node.await(nodes.get(0).service.start(Node.start(id, "takes")));
        List<EventDelivery> answers = Together.all(20, i -> () -> deliver(i, id, 7, "key"));
        assertThat(answers)
                .filteredOn(answer -> answer != EventDelivery.DUPLICATE)
                .hasSize(1);
        assertThat(nodes.get(0).count("select count(*) from event where execution_id = '" + id + "'"))
                .isOne();
        // The rest of its events; the first is taken by now or soon, and a late copy of it is still known.
        for (int event = 1; event < EVENTS; event++) {
            assertThat(deliver(event, id, event, "key")).isEqualTo(EventDelivery.DUPLICATE);
            deliver(event, id, event, null);
        }
        assertThat(nodes.get(1).end(id).result().text()).isEqualTo("[7,1,2,3]");
    }
}
