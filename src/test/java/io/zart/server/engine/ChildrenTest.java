package io.zart.server.engine;

import static io.zart.server.testing.Node.await;
import static io.zart.server.testing.Node.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.handler.ChildFailedException;
import io.zart.server.handler.ChildMode;
import io.zart.server.handler.ChildResult;
import io.zart.server.handler.ChildStart;
import io.zart.server.handler.DurableHandler;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Children on two instances: one serves the parents, the other the children. */
class ChildrenTest {

    private static final DurableHandler<JsonNode, Object> SUM = (ctx, payload) -> {
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            ids.add(ctx.startChild("start", ChildStart.of("double", i)));
        }
        return ctx.waitForChildren("all", Integer.class, ids, ChildMode.ALL, null).stream()
                .mapToInt(ChildResult::value)
                .sum();
    };
    private static final DurableHandler<JsonNode, Object> DOUBLE = (ctx, payload) -> {
        if (payload.asInt() % 2 == 0) {
            ctx.sleep("nap", Duration.ofMillis(120));
        }
        return payload.asInt() * 2;
    };
    private static final DurableHandler<JsonNode, Object> STUCK =
            (ctx, payload) -> ctx.waitForEvent("never", JsonNode.class, null);
    private static final DurableHandler<JsonNode, Object> FIRST = (ctx, payload) -> {
        List<String> ids = List.of(
                ctx.startChild("stuck", ChildStart.of("stuck", null)),
                ctx.startChild("quick", ChildStart.of("double", 4)));
        return ctx.waitForChildren("one", Integer.class, ids, ChildMode.ANY, null)
                .get(0)
                .value();
    };
    private static final DurableHandler<JsonNode, Object> FAMILY = (ctx, payload) -> {
        String kept = ctx.startChild("kept", ChildStart.of("stuck", null).abandoned());
        String gone = ctx.startChild("gone", ChildStart.of("middle", null));
        return ctx.waitForChildren("both", JsonNode.class, List.of(kept, gone), ChildMode.ALL, null);
    };
    private static final DurableHandler<JsonNode, Object> MIDDLE =
            (ctx, payload) -> ctx.child("grandchild", JsonNode.class, ChildStart.of("stuck", null));
    private static final DurableHandler<JsonNode, Object> CATCHING = (ctx, payload) -> {
        try {
            return ctx.child("broken", JsonNode.class, ChildStart.of("fails", null));
        } catch (ChildFailedException e) {
            return e.getMessage();
        }
    };

    private TestDatabase database;
    private Node parents;
    private Node others;

    @BeforeEach
    void twoInstances() {
        database = TestDatabase.createMigrated();
        parents = new Node(
                database,
                Node.Setup.named("parents")
                        .serving("sum", SUM)
                        .serving("first", FIRST)
                        .serving("family", FAMILY)
                        .serving("catching", CATCHING));
        others = new Node(
                database,
                Node.Setup.named("others")
                        .serving("double", DOUBLE)
                        .serving("stuck", STUCK)
                        .serving("middle", MIDDLE)
                        .serving("fails", (ctx, payload) -> {
                            throw new IllegalStateException("no luck");
                        }));
    }

    @AfterEach
    void close() {
        parents.close();
        others.close();
        database.drop();
    }

    @RepeatedTest(5)
    void aParentGoesOnOnceAllItsChildrenHaveEndedWhereverTheyRan() {
        IntStream.range(0, 20).forEach(i -> await(parents.service.start(start("sum-" + i, "sum"))));
        for (int i = 0; i < 20; i++) {
            assertThat(parents.end("sum-" + i).result().text()).isEqualTo("72");
        }
        assertThat(parents.count("select count(*) from execution where parent_id is not null"))
                .isEqualTo(160);
    }

    @Test
    void oneChildIsEnoughWhenTheBodyWaitsForAny() {
        await(parents.service.start(start("first", "first")));
        assertThat(parents.end("first").result().text()).isEqualTo("8");
    }

    @Test
    void aChildThatFailsIsToldWithItsMessage() {
        await(parents.service.start(start("catching", "catching")));
        assertThat(parents.end("catching").result().text())
                .isEqualTo("\"child 'catching:0:broken' is failed: no luck\"");
    }

    @Test
    void aCancelTravelsDownToGrandchildrenButNotToTheAbandoned() {
        await(parents.service.start(start("family", "family")));
        Awaitility.await()
                .until(() -> parents.count("select count(*) from task where wait_kind in ('event', 'children')") == 4);
        await(parents.service.cancel("family"));
        await(parents.childCancellation.sweep());
        assertThat(status("family:0:gone")).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(status("family:0:gone:0:grandchild")).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(status("family:0:kept")).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(parents.count("select count(*) from child_cancel")).isZero();
    }

    @Test
    void parentAndChildNameEachOther() {
        await(parents.service.start(start("first", "first")));
        parents.end("first");
        List<Execution> children = await(parents.children.children("first", null, 10));
        assertThat(children).extracting(Execution::id).containsExactly("first:0:quick", "first:0:stuck");
        assertThat(children).allSatisfy(child -> {
            assertThat(child.parent().executionId()).isEqualTo("first");
            assertThat(child.parent().taskName()).isEqualTo("first");
        });
    }

    private ExecutionStatus status(String id) {
        return await(parents.service.get(id)).status();
    }
}
