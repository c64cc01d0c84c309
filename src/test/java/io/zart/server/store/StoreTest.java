package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.Act;
import io.zart.server.execution.EventDelivery;
import io.zart.server.execution.EventReceipt;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.OnConflict;
import io.zart.server.execution.Stats;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the statements promise, one by one, on a real database. */
class StoreTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private TestDatabase database;
    private Vertx vertx;
    private Pool pool;
    private PgExecutionStore store;
    private PgJournal journal;

    @BeforeEach
    void open() {
        database = TestDatabase.createMigrated();
        vertx = Vertx.vertx();
        pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(database.databaseUrl().connectOptions())
                .with(new PoolOptions().setMaxSize(8))
                .using(vertx)
                .withConnectHandler(SessionSettings::apply)
                .build());
        store = new PgExecutionStore(pool);
        journal = new PgJournal(pool);
    }

    @AfterEach
    void close() {
        pool.closeAndAwait();
        vertx.close();
        database.drop();
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    private static NewExecution start(String id) {
        return new NewExecution(id, "task", new JsonText("{\"a\": 1}"), OnConflict.RETURN, null, null, null, null);
    }

    private Lease claimed(String id) {
        await(store.insert(start(id), null, null));
        return claim("a").get(0).lease();
    }

    private List<ClaimedTask> claim(String holder) {
        return await(journal.claim(holder, List.of("task"), 10, LEASE)).tasks();
    }

    private static StepOutcome outcome(Lease lease, String name) {
        return new StepOutcome(lease, name, "step", 0, null, false, 1, 0, 10, new JsonText("1"), null, null);
    }

    private long steps(String id) {
        return await(pool.preparedQuery("select count(*) from step where execution_id = $1")
                        .execute(io.vertx.mutiny.sqlclient.Tuple.of(id)))
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void aBadRowFailsAlone() {
        List<String> ids = new ArrayList<>(List.of("first", "x".repeat(300), "one", "two", "three"));
        List<CompletableFuture<Boolean>> answers = ids.stream()
                .map(id -> succeeded(store.insert(start(id), null, null)))
                .toList();
        assertThat(answers.stream().map(CompletableFuture::join)).containsExactly(true, false, true, true, true);
    }

    @Test
    void aBadCheckpointFailsAlone() {
        Lease lease = claimed("id");
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            JsonText result = new JsonText(i % 10 == 3 ? "\"\0\"" : "1");
            answers.add(succeeded(journal.record(
                    new StepOutcome(lease, "s" + i, "step", i, null, false, 1, 0, 10, result, null, null))));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).join()).as("step " + i).isEqualTo(i % 10 != 3);
        }
        assertThat(steps("id")).isEqualTo(36);
    }

    @Test
    void aBadFailedAttemptFailsAlone() {
        Lease lease = claimed("id");
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            JsonText error = i == 7 ? null : new JsonText("{}");
            answers.add(succeeded(
                    journal.recordFailure(new FailedAttempt(lease, "s" + i, "step", i, null, 1, 1, 10, 100, error))));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).join()).as("step " + i).isEqualTo(i != 7);
        }
    }

    @Test
    void aBadEndFailsAlone() {
        for (int i = 0; i < 10; i++) {
            await(store.insert(start("id" + i), null, null));
        }
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (ClaimedTask task : claim("a")) {
            ids.add(task.execution().id());
            JsonText result = new JsonText(task.execution().id().equals("id4") ? "\"\0\"" : "1");
            answers.add(
                    succeeded(journal.finish(task.lease(), task.execution(), ExecutionStatus.COMPLETED, result, null)));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).join())
                    .as(ids.get(i))
                    .isEqualTo(!ids.get(i).equals("id4"));
        }
        assertThat(await(store.stats())).isEqualTo(new Stats(0, 1, 9, 0, 0));
    }

    private static <T> CompletableFuture<Boolean> succeeded(Uni<T> write) {
        return write.map(item -> item != null)
                .onFailure()
                .recoverWithItem(false)
                .subscribeAsCompletionStage();
    }

    @Test
    void aLostLeaseWritesNothingEvenInOneBatchWithTheCurrentOne() {
        Lease lost = claimed("id");
        await(journal.release(List.of(lost)));
        Lease current = claim("b").get(0).lease();
        List<CompletableFuture<Verdict>> verdicts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            verdicts.add(journal.record(outcome(current, "current" + i)).subscribeAsCompletionStage());
            verdicts.add(journal.record(outcome(lost, "lost" + i)).subscribeAsCompletionStage());
        }
        for (int i = 0; i < verdicts.size(); i++) {
            assertThat(verdicts.get(i).join()).isEqualTo(i % 2 == 0 ? Verdict.OK : Verdict.LEASE_LOST);
        }
        assertThat(steps("id")).isEqualTo(8);
    }

    @Test
    void noCheckpointAfterACancel() {
        Lease lease = claimed("id");
        CompletableFuture<Verdict> racing =
                journal.record(outcome(lease, "racing")).subscribeAsCompletionStage();
        assertThat(await(store.cancel("id", Act.ANONYMOUS)).status()).isEqualTo(ExecutionStatus.CANCELLED);
        Verdict verdict = racing.join();
        assertThat(steps("id")).isEqualTo(verdict == Verdict.OK ? 1 : 0);
        assertThat(await(journal.record(outcome(lease, "late")))).isEqualTo(Verdict.LEASE_LOST);
    }

    @Test
    void eventsOfOneMomentAreAnsweredEachAsItsExecutionStands() {
        for (String id : List.of("waits", "buffers", "knows")) {
            Lease lease = claimed(id);
            if (id.equals("waits")) {
                assertThat(await(journal.park(park(lease, 0)))).isEqualTo(Verdict.OK);
            }
        }
        await(store.deliver("knows", "go", JsonText.NULL, "k"));
        List<String> ids = List.of("waits", "buffers", "knows", "unknown", "buffers");
        List<Uni<EventReceipt>> deliveries = ids.stream()
                .map(id -> store.deliver(id, "go", JsonText.NULL, "k"))
                .toList();
        List<EventReceipt> receipts = await(Uni.join().all(deliveries).andCollectFailures());
        assertThat(receipts)
                .extracting(receipt -> receipt == null ? null : receipt.delivery())
                .containsExactly(
                        EventDelivery.DELIVERED,
                        EventDelivery.BUFFERED,
                        EventDelivery.DUPLICATE,
                        null,
                        EventDelivery.DUPLICATE);
        assertThat(claim("b")).extracting(task -> task.execution().id()).containsExactly("waits");
    }

    /** A claim passes over what an event has locked, so that the event must tell of it, even if it was not what woke it. */
    @Test
    void anEventTellsOfATaskThatAnEarlierOneHasWoken() {
        Lease lease = claimed("id");
        assertThat(await(store.deliver("id", "go", JsonText.NULL, null)).due()).isFalse();
        assertThat(await(journal.park(park(lease, 1)))).isEqualTo(Verdict.OK);
        assertThat(await(store.deliver("id", "other", JsonText.NULL, null)).due())
                .isFalse();
        assertThat(await(store.deliver("id", "go", JsonText.NULL, null)))
                .isEqualTo(new EventReceipt(EventDelivery.DELIVERED, "task", true));
        assertThat(await(store.deliver("id", "go", JsonText.NULL, null)))
                .isEqualTo(new EventReceipt(EventDelivery.BUFFERED, "task", true));
        assertThat(claim("b")).hasSize(1);
        assertThat(await(store.deliver("id", "go", JsonText.NULL, null)).due()).isFalse();
    }

    @Test
    void aParkThatDoesNotKnowAnEventIsRefusedAndALateHeartbeatDoesNotPutOffTheWakeUp() {
        Lease lease = claimed("id");
        assertThat(await(store.deliver("id", "go", JsonText.NULL, null)).delivery())
                .isEqualTo(EventDelivery.BUFFERED);
        assertThat(await(journal.park(park(lease, 0)))).isEqualTo(Verdict.REFUSED);
        assertThat(await(journal.park(park(lease, 1)))).isEqualTo(Verdict.OK);
        assertThat(await(store.deliver("id", "go", JsonText.NULL, "k")).delivery())
                .isEqualTo(EventDelivery.DELIVERED);
        assertThat(await(store.deliver("id", "go", JsonText.NULL, "k")).delivery())
                .isEqualTo(EventDelivery.DUPLICATE);
        assertThat(await(journal.renew(List.of(lease), LEASE))).isEmpty();
        assertThat(claim("b")).hasSize(1);
    }

    private static Park park(Lease lease, int eventCount) {
        return new Park(lease, null, eventCount, "event", "go", null, List.of("go"), List.of());
    }

    @Test
    void twoHoldersNeverClaimTheSameTask() {
        for (int i = 0; i < 40; i++) {
            await(store.insert(start("id" + i), null, null));
        }
        List<CompletableFuture<Journal.Claim>> claims = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            claims.add(journal.claim("h" + i % 2, List.of("task"), 10, LEASE).subscribeAsCompletionStage());
        }
        List<String> ids = new ArrayList<>();
        claims.forEach(claim ->
                claim.join().tasks().forEach(task -> ids.add(task.execution().id())));
        Set<String> distinct = new HashSet<>(ids);
        assertThat(ids).hasSize(distinct.size()).isNotEmpty();
    }

    @Test
    void aNewRunFencesTheOldOneAndTheCountsStayExact() {
        Lease old = claimed("id");
        assertThat(await(store.newRun(start("id"), "rerun", null, false))).isNull();
        assertThat(await(store.newRun(start("id"), "rerun", null, true)).runIndex())
                .isEqualTo(1);
        assertThat(await(journal.record(outcome(old, "late")))).isEqualTo(Verdict.LEASE_LOST);
        assertThat(await(store.stats())).isEqualTo(new Stats(1, 0, 0, 0, 0));
        ClaimedTask task = claim("b").get(0);
        assertThat(task.lease().epoch()).isGreaterThan(old.epoch());
        assertThat(await(store.stats())).isEqualTo(new Stats(0, 1, 0, 0, 0));
        await(journal.finish(task.lease(), task.execution(), ExecutionStatus.COMPLETED, JsonText.NULL, null));
        await(store.foldStats());
        assertThat(await(store.stats())).isEqualTo(new Stats(0, 0, 1, 0, 0));
    }
}
