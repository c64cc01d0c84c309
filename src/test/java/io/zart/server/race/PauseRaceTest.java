package io.zart.server.race;

import static io.zart.server.testing.Node.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.execution.Act;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.handler.DurableHandler;
import io.zart.server.pause.PauseRule;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pause rules against the dispatch of two instances under load. */
class PauseRaceTest {

    private static final int STEPS = 3;

    private final Queue<Long> begun = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    private final List<String> ids = java.util.Collections.synchronizedList(new ArrayList<>());
    private TestDatabase database;
    private Node one;
    private Node other;

    @BeforeEach
    void start() {
        database = TestDatabase.createMigrated();
        DurableHandler<JsonNode, Object> work = (ctx, input) -> {
            begun.add(System.nanoTime());
            for (int i = 0; i < STEPS; i++) {
                String name = "step-" + i;
                ctx.step(name, Integer.class, () -> {
                    begun.add(System.nanoTime());
                    return attempts.computeIfAbsent(ctx.executionId() + "/" + name, key -> new AtomicInteger())
                            .incrementAndGet();
                });
            }
            return null;
        };
        one = new Node(database, Node.Setup.named("one").serving("work", work));
        other = new Node(database, Node.Setup.named("other").serving("work", work));
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        database.drop();
    }

    private CompletableFuture<Void> load(AtomicBoolean stopped) {
        return CompletableFuture.runAsync(() -> {
            for (int i = 0; !stopped.get(); i++) {
                String id = UUID.randomUUID().toString();
                await((i % 2 == 0 ? one : other).service.start(Node.start(id, "work")));
                ids.add(id);
            }
        });
    }

    private static PauseRule rule(String pattern) {
        return new PauseRule(UUID.randomUUID().toString(), null, "work", pattern, null, null, "ann", null, null);
    }

    @Test
    void onceTheRuleIsAnsweredNothingBeginsAnywhereAndItsEndLetsAllGoOn() {
        for (int round = 0; round < 5; round++) {
            AtomicBoolean stopped = new AtomicBoolean();
            CompletableFuture<Void> load = load(stopped);
            int before = ids.size();
            Awaitility.await().until(() -> ids.size() > before + 20);
            PauseRule rule = await(one.pauses.create(rule(null)));
            long answered = System.nanoTime();
            int known = ids.size();
            Awaitility.await().until(() -> ids.size() > known + 20);
            stopped.set(true);
            load.join();
            assertThat(begun).as("round %d", round).allMatch(at -> at - answered < 0);
            await(other.pauses.resume(rule.ruleId(), Act.ANONYMOUS));
            allCompleteOnce();
        }
    }

    @Test
    void nothingIsLostOrRunTwiceWhileRulesComeAndGo() {
        AtomicBoolean stopped = new AtomicBoolean();
        CompletableFuture<Void> load = load(stopped);
        for (int i = 0; i < 20; i++) {
            Node node = i % 2 == 0 ? one : other;
            Node opposite = i % 2 == 0 ? other : one;
            PauseRule rule = await(node.pauses.create(rule(i % 3 == 0 ? null : "step-{1,2}")));
            await(opposite.pauses.resume(rule.ruleId(), Act.ANONYMOUS));
        }
        stopped.set(true);
        load.join();
        allCompleteOnce();
        assertThat(one.count("select count(*) from task")).isZero();
    }

    private void allCompleteOnce() {
        Awaitility.await("all executions end")
                .atMost(Duration.ofSeconds(60))
                .until(() -> one.count("select count(*) from task") == 0);
        for (String id : ids) {
            assertThat(one.end(id).status()).as(id).isEqualTo(ExecutionStatus.COMPLETED);
            for (int i = 0; i < STEPS; i++) {
                assertThat(attempts.get(id + "/step-" + i).get()).as(id).isEqualTo(1);
            }
        }
    }
}
