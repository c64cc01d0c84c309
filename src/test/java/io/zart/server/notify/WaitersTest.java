package io.zart.server.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitersTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static TestDatabase database;
    private static Vertx vertx;
    private static Pool pool;
    private static RowStore store;

    private Node here;
    private Node there;

    /** What one instance has. */
    private static final class Node implements Hints {
        final Waiters waiters;
        final Announcer announcer;
        final Listener listener;
        final List<String> work = new CopyOnWriteArrayList<>();

        Node(String name, PgConnectOptions options) {
            announcer = new Announcer(vertx, pool, name);
            waiters = new Waiters(vertx, store, announcer, ended -> {});
            listener = new Listener(vertx, options, name, this);
            listener.start();
            await().until(listener::isUp);
        }

        @Override
        public void ended(List<String> ids) {
            waiters.wake(ids);
        }

        @Override
        public void changed(List<String> ids) {
            waiters.changed(ids);
        }

        @Override
        public void work(List<String> taskNames) {
            work.addAll(taskNames);
        }

        @Override
        public void up() {
            waiters.wakeAll();
        }
    }

    @BeforeAll
    static void open() {
        database = TestDatabase.create();
        vertx = Vertx.vertx();
        pool = PgBuilder.pool()
                .connectingTo(database.databaseUrl().connectOptions())
                .using(vertx)
                .build();
        store = new RowStore(pool);
        store.create();
    }

    @AfterAll
    static void close() {
        vertx.close();
        database.drop();
    }

    @BeforeEach
    void startNodes() {
        store.run("truncate row", Tuple.tuple());
        here = new Node("here", listenerOptions());
        there = new Node("there", listenerOptions());
    }

    @AfterEach
    void stopNodes() {
        here.listener.close();
        there.listener.close();
    }

    private static PgConnectOptions listenerOptions() {
        PgConnectOptions options = database.databaseUrl().connectOptions();
        options.addProperty("application_name", "listener");
        return options;
    }

    @Test
    void anUnknownIdIsRefusedAtOnce() {
        assertCode(ErrorCode.EXECUTION_NOT_FOUND, parked(here, "nobody", LONG));
        assertThat(here.waiters.waitedFor()).isZero();
    }

    @Test
    void anEndedExecutionIsAnsweredAtOnce() {
        store.add("x");
        store.end("x");
        assertThat(answer(parked(here, "x", LONG)).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void aWaitThatIsNotFulfilledTimesOutAndFreesItsPlace() {
        store.add("x");
        assertThatThrownBy(() ->
                        here.waiters.await("x", Duration.ofSeconds(1)).await().indefinitely())
                .isInstanceOf(DomainException.class)
                .hasMessage("execution 'x' did not complete within 1s");
        assertThat(here.waiters.waitedFor()).isZero();
    }

    @Test
    void noTimeIsOneLook() {
        store.add("x");
        assertCode(ErrorCode.WAIT_TIMED_OUT, parked(here, "x", Duration.ZERO));
    }

    @Test
    void theEndOfARunHereWakesTheWaitWithoutARead() {
        store.add("x");
        CompletableFuture<Execution> wait = parked(here, "x", LONG);
        Execution end = store.end("x");
        int before = store.reads.get();
        here.waiters.ended(end);
        assertThat(wait).isCompletedWithValue(end);
        assertThat(store.reads.get()).isEqualTo(before);
    }

    @Test
    void theEndOfARunElsewhereWakesTheWait() {
        store.add("ä b\"'");
        CompletableFuture<Execution> wait = parked(here, "ä b\"'", LONG);
        there.waiters.ended(store.end("ä b\"'"));
        assertThat(answer(wait).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void whatEndsWhileTheListenerIsAwayIsFoundWhenItIsBack() {
        store.add("x");
        CompletableFuture<Execution> wait = parked(here, "x", LONG);
        store.end("x");
        store.run(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
                Tuple.of("listener"));
        assertThat(answer(wait).status()).isEqualTo(ExecutionStatus.COMPLETED);
        await().until(here.listener::isUp);
    }

    /** An outage of the database ends for all of them at one moment: they must not all ask at that moment. */
    @Test
    void allThatIsParkedIsReadTogetherWhenTheListenerIsBack() {
        store.run("insert into row select 'p' || n, 'running', 1 from generate_series(1, 3000) n", Tuple.tuple());
        List<CompletableFuture<Execution>> waits = IntStream.rangeClosed(1, 3000)
                .mapToObj(n -> parked(here, "p" + n, LONG))
                .toList();
        assertThat(here.waiters.waitedFor()).isEqualTo(3000);
        int before = store.reads.get();
        store.run("update row set status = 'completed'", Tuple.tuple());
        store.run(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
                Tuple.of("listener"));
        waits.forEach(WaitersTest::answer);
        assertThat(store.reads.get() - before).as("reads of 3000 waits").isLessThan(30);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLostHintIsMadeUpForByTheSafetyRead(boolean othersArrive) {
        store.add("x");
        CompletableFuture<Execution> wait = parked(here, "x", LONG);
        long timer = here.waiters.keepSafe(() -> othersArrive);
        store.end("x");
        assertThat(answer(wait).status()).isEqualTo(ExecutionStatus.COMPLETED);
        vertx.cancelTimer(timer);
    }

    /** Thousands of waits are looked at for safety in portions; the first of them is held up here, and the hint is not. */
    @Test
    void noHintWaitsForTheSafetyRead() {
        store.run("insert into row select 'p' || n, 'running', 1 from generate_series(1, 500) n", Tuple.tuple());
        IntStream.rangeClosed(1, 500).forEach(n -> parked(here, "p" + n, LONG));
        store.add("x");
        CompletableFuture<Execution> wait = parked(here, "x", LONG);
        assertThat(here.waiters.waitedFor()).isEqualTo(501);
        Runnable goOn = store.holdReadsOfMany();
        long timer = here.waiters.keepSafe(() -> true);
        try {
            store.awaitHeld();
            store.end("x");
            here.waiters.wake(List.of("x"));
            assertThat(answer(wait).status()).isEqualTo(ExecutionStatus.COMPLETED);
        } finally {
            vertx.cancelTimer(timer);
            goOn.run();
        }
    }

    @Test
    void aSafetyLookBringsNoRecordOfWhatGoesOn() {
        store.run("insert into row select 'p' || n, 'running', 1 from generate_series(1, 500) n", Tuple.tuple());
        int before = store.rowsRead.get();
        List<CompletableFuture<Execution>> waits = IntStream.rangeClosed(1, 500)
                .mapToObj(n -> parked(here, "p" + n, LONG))
                .toList();
        await("the first look of each wait").until(() -> store.rowsRead.get() == before + 500);
        store.run("update row set status = 'completed' where id = 'p500'", Tuple.tuple());
        here.waiters.wakeAll();
        assertThat(answer(waits.get(499)).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(store.rowsRead.get() - before - 500)
                .as("records of 500 waits")
                .isOne();
    }

    @Test
    void onlyStreamsReadWhatHasChanged() {
        store.add("x");
        parked(here, "x", LONG);
        int before = store.reads.get();
        here.waiters.changed(List.of("x"));
        assertThat(store.reads.get()).isEqualTo(before);

        List<Long> versions = new CopyOnWriteArrayList<>();
        Cancellable stream = here.waiters.changes("x").subscribe().with(execution -> versions.add(execution.version()));
        await().until(() -> versions.size() == 1);
        store.touch("x");
        here.waiters.changed(List.of("x"));
        await().until(() -> versions.size() == 2);
        stream.cancel();
    }

    @Test
    void aStreamIsLookedAtForSafetyThoughItsExecutionHasNotEnded() {
        store.add("x");
        List<Long> versions = new CopyOnWriteArrayList<>();
        Cancellable stream = here.waiters.changes("x").subscribe().with(execution -> versions.add(execution.version()));
        await().until(() -> versions.size() == 1);
        store.touch("x");
        here.waiters.wakeAll();
        await().until(() -> versions.size() == 2);
        stream.cancel();
    }

    @Test
    void aClientThatGoesAwayFreesItsPlace() {
        store.add("x");
        Cancellable wait = here.waiters.await("x", LONG).subscribe().with(ignored -> {});
        assertThat(here.waiters.waitedFor()).isOne();
        wait.cancel();
        assertThat(here.waiters.waitedFor()).isZero();
    }

    @Test
    void aDrainAnswersWhatIsParkedAndWhatComesLater() {
        store.add("x");
        CompletableFuture<Execution> before = parked(here, "x", LONG);
        here.waiters.drain();
        assertCode(ErrorCode.SHUTTING_DOWN, before);
        assertCode(ErrorCode.SHUTTING_DOWN, parked(here, "x", LONG));
        assertThat(here.waiters.waitedFor()).isZero();
    }

    @Test
    void anyOfManyAnswersWithAllRecordsInTheirOrder() {
        store.add("a");
        store.add("b");
        CompletableFuture<List<Execution>> wait =
                here.waiters.awaitMany(List.of("b", "a", "b"), false, LONG).subscribeAsCompletionStage();
        there.waiters.ended(store.end("a"));
        assertThat(answer(wait)).extracting(Execution::id).containsExactly("b", "a", "b");
        assertThat(here.waiters.waitedFor()).isZero();
    }

    @Test
    void allOfManyTellsWhatIsPending() {
        store.add("a");
        store.add("b");
        store.end("a");
        assertThatThrownBy(() -> here.waiters
                        .awaitMany(List.of("a", "b"), true, Duration.ofMillis(300))
                        .await()
                        .indefinitely())
                .isInstanceOfSatisfying(
                        DomainException.class,
                        failure -> assertThat(failure.members()).isEqualTo(Map.of("pending", List.of("b"))));
    }

    @Test
    void unknownIdsOfManyAreNamed() {
        store.add("a");
        assertThatThrownBy(() -> here.waiters
                        .awaitMany(List.of("a", "p", "q"), true, LONG)
                        .await()
                        .indefinitely())
                .hasMessage("executions 'p', 'q' not found");
    }

    @Test
    void aStreamShowsEachChangeUntilTheEnd() {
        store.add("x");
        List<Long> versions = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        here.waiters
                .changes("x")
                .subscribe()
                .with(seen -> versions.add(seen.version()), end::completeExceptionally, () -> end.complete(null));
        await().until(() -> versions.contains(1L));
        store.touch("x");
        there.waiters.changed("x");
        await().until(() -> versions.contains(2L));
        there.waiters.ended(store.end("x"));
        answer(end);
        assertThat(versions).containsExactly(1L, 2L, 3L);
        assertThat(here.waiters.waitedFor()).isZero();
    }

    @Test
    void newWorkIsHeardElsewhereOnly() {
        here.announcer.announceWork("charge");
        await().untilAsserted(() -> assertThat(there.work).containsExactly("charge"));
        assertThat(here.work).isEmpty();
    }

    @Test
    void manyEndsAtOnceWakeManyWaits() {
        store.run("insert into row select 'm' || n, 'running', 1 from generate_series(1, 3000) n", Tuple.tuple());
        List<CompletableFuture<Execution>> waits = IntStream.rangeClosed(1, 3000)
                .mapToObj(n -> parked(here, "m" + n, LONG))
                .toList();
        store.run("update row set status = 'completed'", Tuple.tuple());
        for (int n = 1; n <= 3000; n++) {
            there.announcer.ended("m" + n);
        }
        waits.forEach(WaitersTest::answer);
        assertThat(here.waiters.waitedFor()).isZero();
    }

    private static CompletableFuture<Execution> parked(Node node, String id, Duration timeout) {
        return node.waiters.await(id, timeout).subscribeAsCompletionStage();
    }

    private static <T> T answer(CompletableFuture<T> wait) {
        return wait.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static void assertCode(ErrorCode code, CompletableFuture<Execution> wait) {
        assertThatThrownBy(() -> answer(wait))
                .hasCauseInstanceOf(DomainException.class)
                .satisfies(failure -> assertThat(((DomainException) failure.getCause()).code())
                        .isEqualTo(code));
    }
}
