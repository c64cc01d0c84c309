package io.zart.server.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.zart.server.engine.ChildStarted;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.NewChild;
import io.zart.server.engine.Park;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.store.PgExecutionStore;
import io.zart.server.store.PgJournal;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows and commits of each operation, by PostgreSQL's own counts, held to the budget of the design. */
class BudgetTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final int MANY = 100;

    /** Commits for so many operations of one moment: the first ones go alone, the others have gathered behind them. */
    private static final long COMMITS_OF_MANY = 8;

    /** A claim under way reserves no room that an eager start could use. */
    private static final int MORE_THAN_A_CLAIM_TAKES = 256;

    private TestDatabase database;
    private Vertx vertx;
    private Statistics statistics;

    @BeforeEach
    void open() {
        database = TestDatabase.createMigrated();
        vertx = Vertx.vertx();
        statistics = new Statistics(database, vertx);
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        database.drop();
    }

    private static void start(Pool pool, int count, String holder) {
        PgExecutionStore store = new PgExecutionStore(pool);
        together(count, i -> store.insert(Node.start("e" + i, "task"), holder, holder == null ? null : LEASE));
    }

    private static <T> void together(int count, java.util.function.IntFunction<Uni<T>> operation) {
        List<CompletableFuture<T>> all = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> all.add(operation.apply(i).subscribeAsCompletionStage()));
        all.forEach(each -> assertThat(each.join()).isNotNull());
    }

    /** The cost of an operation on each of so many executions that are held. */
    private <T> Statistics.Cost onHeld(int count, BiFunction<Journal, ClaimedTask, Uni<T>> operation) {
        List<ClaimedTask> held = new ArrayList<>();
        statistics.of(pool -> {
            start(pool, count, null);
            held.addAll(claim(pool, count).tasks());
        });
        assertThat(held).hasSize(count);
        return statistics.of(pool -> {
            Journal journal = new PgJournal(pool);
            together(count, i -> operation.apply(journal, held.get(i)));
        });
    }

    private static Journal.Claim claim(Pool pool, int limit) {
        return Node.await(new PgJournal(pool).claim("holder", List.of("task"), limit, LEASE));
    }

    private static void assertCost(Statistics.Cost one, Statistics.Cost many, long rows) {
        assertThat(one.written()).as("rows of one: %s", one).isEqualTo(rows);
        assertThat(one.commits()).as("commits of one: %s", one).isOne();
        assertThat(one.deltas()).as("rows of counts of one: %s", one).isLessThanOrEqualTo(1);
        assertThat(many.written()).as("rows of many: %s", many).isEqualTo(rows * MANY);
        assertThat(many.commits()).as("commits of many: %s", many).isLessThanOrEqualTo(COMMITS_OF_MANY);
        assertThat(many.deltas()).as("rows of counts of many: %s", many).isLessThanOrEqualTo(many.commits());
    }

    @Test
    void anEagerStartWritesTwoRowsAndSharesItsCommit() {
        Statistics.Cost many = statistics.of(pool -> start(pool, MANY, "holder"));
        empty();
        assertCost(statistics.of(pool -> start(pool, 1, "holder")), many, 2);
    }

    @Test
    void aQueuedStartWritesTwoRowsAndItsClaimOneMoreForAllThatAreClaimed() {
        Statistics.Cost many = statistics.of(pool -> start(pool, MANY, null));
        Statistics.Cost claimed =
                statistics.of(pool -> assertThat(claim(pool, MANY).tasks()).hasSize(MANY));
        empty();
        assertCost(statistics.of(pool -> start(pool, 1, null)), many, 2);
        assertThat(claimed.written()).isEqualTo(MANY);
        assertThat(claimed.deltas()).isOne();
        // One statement that claims, and a read that says when to look again.
        assertThat(claimed.commits()).isLessThanOrEqualTo(2);
    }

    private void empty() {
        statistics.of(pool -> pool.query("truncate execution, task").executeAndAwait());
    }

    @Test
    void aStepWritesOneRow() {
        assertCost(onHeld(1, BudgetTest::step), renamed(() -> onHeld(MANY, BudgetTest::step)), 1);
    }

    private static Uni<?> step(Journal journal, ClaimedTask task) {
        return journal.record(
                new StepOutcome(task.lease(), "step", "step", 0, null, false, 1, 0, 10, new JsonText("1"), null, null));
    }

    @Test
    void aFailedAttemptWritesOneRow() {
        assertCost(onHeld(1, BudgetTest::attempt), renamed(() -> onHeld(MANY, BudgetTest::attempt)), 1);
    }

    private static Uni<?> attempt(Journal journal, ClaimedTask task) {
        Lease lease = task.lease();
        return journal.recordFailure(
                new FailedAttempt(lease, "step", "step", 0, null, 1, 1, 10, 1_000, new JsonText("{}")));
    }

    @Test
    void aParkWritesOneRowAndOneForTheWaitThatItEnters() {
        assertCost(onHeld(1, BudgetTest::park), renamed(() -> onHeld(MANY, BudgetTest::park)), 2);
    }

    private static Uni<?> park(Journal journal, ClaimedTask task) {
        Park.OpenStep open = new Park.OpenStep("nap", "sleep", 0, null, 1, 60_000L);
        return journal.park(new Park(task.lease(), 60_000L, null, "sleep", "nap", 60_000L, List.of(), List.of(open)))
                .invoke(verdict -> assertThat(verdict).isEqualTo(Verdict.OK));
    }

    @Test
    void theFirstChildOfARunWritesTwoRowsAndMarksItsParent() {
        assertCost(onHeld(1, BudgetTest::child), renamed(() -> onHeld(MANY, BudgetTest::child)), 3);
    }

    private static Uni<?> child(Journal journal, ClaimedTask task) {
        Lease parent = task.lease();
        return journal.children()
                .start(parent, new NewChild(parent.executionId() + ":c", "child", JsonText.NULL, true, 0, null))
                .invoke(started -> assertThat(started).isEqualTo(ChildStarted.OK));
    }

    @Test
    void aCompletionWritesTwoRows() {
        assertCost(
                onHeld(1, ends(ExecutionStatus.COMPLETED)),
                renamed(() -> onHeld(MANY, ends(ExecutionStatus.COMPLETED))),
                2);
    }

    @Test
    void aFailureWritesTwoRows() {
        assertCost(
                onHeld(1, ends(ExecutionStatus.FAILED)), renamed(() -> onHeld(MANY, ends(ExecutionStatus.FAILED))), 2);
    }

    private static BiFunction<Journal, ClaimedTask, Uni<Object>> ends(ExecutionStatus end) {
        JsonText text = new JsonText("{}");
        return (journal, task) -> journal.finish(
                        task.lease(),
                        task.execution(),
                        end,
                        end == ExecutionStatus.COMPLETED ? text : null,
                        end == ExecutionStatus.FAILED ? text : null)
                .map(execution -> execution);
    }

    @Test
    void aCancelWritesTwoRows() {
        statistics.of(pool -> start(pool, MANY, "holder"));
        Statistics.Cost many = statistics.of(pool -> {
            PgExecutionStore store = new PgExecutionStore(pool);
            together(MANY, i -> store.cancel("e" + i, null));
        });
        empty();
        statistics.of(pool -> start(pool, 1, "holder"));
        Statistics.Cost one = statistics.of(pool -> Node.await(new PgExecutionStore(pool).cancel("e0", null)));
        assertCost(one, many, 2);
    }

    /** The executions of the measurement before make room for those of the next. */
    private Statistics.Cost renamed(java.util.function.Supplier<Statistics.Cost> next) {
        statistics.of(
                pool -> pool.query("truncate execution, task, step, attempt").executeAndAwait());
        return next.get();
    }

    @Test
    void anEagerExecutionOfFiveStepsWritesNineRows() {
        Statistics.Cost cost = statistics.of(pool -> {
            try (Node node = new Node(
                    database,
                    Node.Setup.named("node")
                            .withConcurrency(MORE_THAN_A_CLAIM_TAKES)
                            .serving("five", (ctx, payload) -> {
                                for (int i = 1; i <= 5; i++) {
                                    ctx.step("step-" + i, String.class, () -> "done");
                                }
                                return null;
                            }))) {
                Node.await(node.service.start(Node.start("five", "five")));
                node.end("five");
            }
        });
        assertThat(cost.written()).as(cost.toString()).isEqualTo(2 + 5 + 2);
    }
}
