package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.execution.Act;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.DurableHandler;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances on one database, of which one has no handler for a task name, as between two releases. */
class MissingHandlerTest {

    private static final String TASK = "new-in-this-release";
    private static final String OTHER = "known-to-both";

    private TestDatabase database;
    private Node lacking;
    private Node serving;

    @BeforeEach
    void open() {
        database = TestDatabase.createMigrated();
        lacking = new Node(database, Node.Setup.named("lacking").serving(OTHER, (ctx, payload) -> "lacking"));
    }

    @AfterEach
    void close() {
        lacking.close();
        if (serving != null) {
            serving.close();
        }
        database.drop();
    }

    private void serve(DurableHandler<JsonNode, Object> handler) {
        serving = new Node(
                database,
                Node.Setup.named("serving").serving(TASK, handler).serving(OTHER, (ctx, payload) -> "serving"));
    }

    private static Object steps(DurableContext ctx) {
        ctx.step("before", String.class, () -> "before");
        Integer number = ctx.waitForEvent("go", Integer.class, null);
        ctx.sleep("nap", Duration.ofMillis(300));
        return ctx.step("after", Integer.class, () -> number);
    }

    private void assertUntouchedByTheLackingOne() {
        assertThat(lacking.journal.claimed)
                .as("claimed by the instance without the handler")
                .noneMatch(lease -> lease.executionId().startsWith("e"));
    }

    private static void assertCompleted(Execution end, String result) {
        assertThat(end.status()).as("%s", end.error()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(end.result().text()).isEqualTo(result);
    }

    @Test
    void whatIsStartedAtTheInstanceWithoutTheHandlerIsDoneByTheOther() {
        serve((ctx, payload) -> "done");
        List<String> ids = IntStream.range(0, 20).mapToObj(i -> "e" + i).toList();
        ids.forEach(id -> Node.await(lacking.service.start(Node.start(id, TASK))));
        ids.forEach(id -> assertCompleted(lacking.end(id), "\"done\""));
        assertUntouchedByTheLackingOne();
    }

    @Test
    void aParkedRunIsWokenAtTheInstanceWithoutTheHandlerAndGoesOnAtTheOther() {
        serve((ctx, payload) -> steps(ctx));
        Node.await(lacking.service.start(Node.start("e", TASK)));
        parked("e", "event");
        Node.await(lacking.service.deliver("e", "go", new JsonText("7"), null));
        assertCompleted(lacking.end("e"), "7");
        assertUntouchedByTheLackingOne();
    }

    @Test
    void whatIsParkedWaitsForAnInstanceThatHasTheHandlerAsLongAsNoneIsThere() {
        serve((ctx, payload) -> steps(ctx));
        Node.await(lacking.service.start(Node.start("e", TASK)));
        parked("e", "event");
        serving.close();
        serving = null;
        Node.await(lacking.service.deliver("e", "go", new JsonText("7"), null));
        Node.await(lacking.service.start(Node.start("e-new", TASK)));
        // The instance looks for work and finds its own beside what it cannot do.
        Node.await(lacking.service.start(Node.start("x", OTHER)));
        assertCompleted(lacking.end("x"), "\"lacking\"");
        assertThat(Node.await(lacking.service.get("e")).status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(Node.await(lacking.service.get("e-new")).status()).isEqualTo(ExecutionStatus.SCHEDULED);

        serve((ctx, payload) -> ctx.runIndex() == 0 && ctx.executionId().equals("e") ? steps(ctx) : "new");
        assertCompleted(lacking.end("e"), "7");
        assertCompleted(lacking.end("e-new"), "\"new\"");
        assertUntouchedByTheLackingOne();
    }

    @Test
    void anOperatorsActAtTheInstanceWithoutTheHandlerGoesOnAtTheOther() {
        serve((ctx, payload) -> ctx.runIndex());
        Node.await(lacking.service.start(Node.start("e", TASK)));
        assertCompleted(lacking.end("e"), "0");
        Node.await(lacking.operators.restart("e", null, Act.ANONYMOUS));
        assertCompleted(lacking.end("e"), "1");
        Node.await(lacking.operators.rerun("e", List.of(), List.of(), false, Act.ANONYMOUS));
        assertCompleted(lacking.end("e"), "2");
        assertUntouchedByTheLackingOne();
    }

    private void parked(String id, String kind) {
        Awaitility.await(id + " to wait").atMost(Duration.ofSeconds(30)).until(() -> {
            Execution execution = Node.await(lacking.service.get(id));
            return execution.waiting() != null && execution.waiting().kind().equals(kind);
        });
    }
}
