package io.zart.server.race;

import static io.zart.server.testing.Node.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.zart.server.bulk.BulkActs;
import io.zart.server.bulk.BulkFilter;
import io.zart.server.bulk.BulkPage;
import io.zart.server.bulk.BulkRequest;
import io.zart.server.execution.Act;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.DurableHandler;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operators' acts against what two instances are doing at the same moment. */
class OperatorRaceTest {

    private static final int ROUNDS = 60;

    private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    private TestDatabase database;
    private Node one;
    private Node other;

    @BeforeEach
    void start() {
        database = TestDatabase.createMigrated();
        DurableHandler<com.fasterxml.jackson.databind.JsonNode, Object> work = (ctx, input) -> body(ctx);
        DurableHandler<com.fasterxml.jackson.databind.JsonNode, Object> dying =
                (ctx, input) -> ctx.step("doomed", String.class, () -> {
                    if (counted(ctx, "doomed") == 1) {
                        throw new IllegalStateException("boom");
                    }
                    return "healed";
                });
        DurableHandler<com.fasterxml.jackson.databind.JsonNode, Object> waiting =
                (ctx, input) -> ctx.waitForEvent("never", String.class, null);
        one = new Node(database, setup("one", work, dying, waiting));
        other = new Node(database, setup("other", work, dying, waiting));
    }

    private static Node.Setup setup(
            String name,
            DurableHandler<com.fasterxml.jackson.databind.JsonNode, Object> work,
            DurableHandler<com.fasterxml.jackson.databind.JsonNode, Object> dying,
            DurableHandler<com.fasterxml.jackson.databind.JsonNode, Object> waiting) {
        return Node.Setup.named(name)
                .serving("work", work)
                .serving("dying", dying)
                .serving("waiting", waiting);
    }

    /** Two steps that tell in which run they ran; the result tells the run of the body. */
    private Object body(DurableContext ctx) {
        int first = ctx.step("first", Integer.class, () -> {
            counted(ctx, "first");
            return ctx.runIndex();
        });
        int second = ctx.step("second", Integer.class, () -> {
            counted(ctx, "second");
            return ctx.runIndex();
        });
        return List.of(first, second, ctx.runIndex());
    }

    private int counted(DurableContext ctx, String step) {
        return attempts.computeIfAbsent(ctx.executionId() + "/" + step, key -> new AtomicInteger())
                .incrementAndGet();
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        database.drop();
    }

    private static void pauseUpTo(int micros) {
        LockSupport.parkNanos(
                TimeUnit.MICROSECONDS.toNanos(ThreadLocalRandom.current().nextInt(micros)));
    }

    @Test
    void aRestartAgainstTheCompletionLeavesOneNewRunWithItsOwnResult() {
        for (int i = 0; i < ROUNDS; i++) {
            String id = "restart-" + i;
            await(one.service.start(Node.start(id, "work")));
            pauseUpTo(4_000);
            Execution next = await(other.operators.restart(id, null, Act.ANONYMOUS));
            assertThat(next.runIndex()).isEqualTo(1);
            assertThat(endOfRun(id, 1).result().text()).as(id).isEqualTo("[1,1,1]");
        }
        countsAddUp();
    }

    @Test
    void aRerunAgainstTheCompletionCarriesExactlyWhatWasRecorded() {
        for (int i = 0; i < ROUNDS; i++) {
            String id = "rerun-" + i;
            await(one.service.start(Node.start(id, "work")));
            pauseUpTo(4_000);
            await(other.operators.rerun(id, List.of(), List.of(), false, Act.ANONYMOUS));
            String result = endOfRun(id, 1).result().text();
            List<String> recorded =
                    one.query("select name from step where execution_id = '" + id + "' and run_index = 0").stream()
                            .map(row -> (String) row.get(0))
                            .toList();
            String first = recorded.contains("first") ? "0" : "1";
            String second = recorded.contains("second") ? "0" : "1";
            assertThat(result).as(id).isEqualTo("[" + first + "," + second + ",1]");
            assertThat(one.count("select count(*) from step where execution_id = '" + id
                            + "' and run_index = 1 and carried_from = 0"))
                    .as(id)
                    .isEqualTo(recorded.size());
        }
        countsAddUp();
    }

    @Test
    void ofTwoRetriesOfOneStepExactlyOneReopensTheRun() {
        for (int i = 0; i < ROUNDS; i++) {
            String id = "retry-" + i;
            await(one.service.start(Node.start(id, "dying")));
            assertThat(one.end(id).status()).isEqualTo(ExecutionStatus.FAILED);
            List<CompletableFuture<String>> both = List.of(
                    outcome(one.operators.retryStep(id, "doomed", Act.ANONYMOUS)),
                    outcome(other.operators.retryStep(id, "doomed", Act.ANONYMOUS)));
            List<String> outcomes = both.stream().map(CompletableFuture::join).toList();
            assertThat(outcomes).as(id).containsOnlyOnce("done");
            assertThat(endOfRun(id, 0).status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(attempts.get(id + "/doomed").get()).as(id).isEqualTo(2);
        }
        countsAddUp();
    }

    private static CompletableFuture<String> outcome(Uni<String> retry) {
        return retry.map(task -> "done")
                .onFailure(DomainException.class)
                .recoverWithItem("refused")
                .subscribeAsCompletionStage();
    }

    @Test
    void aBulkCancelOnTwoInstancesActsOnEachExecutionOnceWhileMoreStart() {
        List<Uni<?>> starts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            starts.add((i % 2 == 0 ? one : other).service.start(Node.start("bulk-%03d".formatted(i), "waiting")));
        }
        starts.forEach(Node::await);
        BulkRequest request = new BulkRequest(
                BulkRequest.Operation.CANCEL,
                new BulkFilter(null, "waiting", "bulk-", null, null),
                null,
                null,
                List.of(),
                List.of(),
                5_000,
                Act.of("ann", null));
        CompletableFuture<Void> more = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 100; i++) {
                await(other.service.start(Node.start("more-%03d".formatted(i), "work")));
            }
        });
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> pages(one, request));
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> pages(other, request));
        CompletableFuture.allOf(more, first, second).join();
        assertThat(one.count("select count(*) from audit where operation = 'cancel'"))
                .isEqualTo(300);
        assertThat(one.count("select count(*) from execution where status = 'cancelled'"))
                .isEqualTo(300);
        for (int i = 0; i < 100; i++) {
            assertThat(one.end("more-%03d".formatted(i)).status()).isEqualTo(ExecutionStatus.COMPLETED);
        }
        countsAddUp();
    }

    private static void pages(Node node, BulkRequest request) {
        BulkActs acts = new BulkActs(node.service, node.operators, node.bulk);
        String after = "";
        BulkPage page;
        while ((page = await(acts.page(request, "the-bulk:run:0", after, "bulk-999", 50, () -> false))) != null) {
            after = page.after();
        }
    }

    private Execution endOfRun(String id, int run) {
        Execution[] end = new Execution[1];
        org.awaitility.Awaitility.await(id + " ends its run " + run)
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> {
                    end[0] = one.end(id);
                    return end[0].runIndex() == run && end[0].status().terminal();
                });
        return end[0];
    }

    private void countsAddUp() {
        io.zart.server.execution.Stats stats = await(one.service.stats());
        assertThat(stats.completed()).isEqualTo(rows("completed"));
        assertThat(stats.failed()).isEqualTo(rows("failed"));
        assertThat(stats.cancelled()).isEqualTo(rows("cancelled"));
        assertThat(stats.scheduled() + stats.running()).isEqualTo(rows("active"));
    }

    private long rows(String status) {
        return one.count("select count(*) from execution where status = '" + status + "'");
    }
}
