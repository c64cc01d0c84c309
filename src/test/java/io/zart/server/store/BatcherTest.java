package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.zart.server.execution.DomainException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BatcherTest {

    private static final Pace NEVER_LATE = Pace.of(2).lateAfter(600_000);

    private record Sent(List<String> items, CompletableFuture<List<String>> answer) {}

    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();

    private Uni<List<String>> send(List<String> items) {
        Sent statement = new Sent(items, new CompletableFuture<>());
        sent.add(statement);
        return Uni.createFrom().completionStage(statement.answer());
    }

    private static void submitAll(Batcher<String, String> batcher, String... items) {
        for (String item : items) {
            batcher.submit(item).subscribeAsCompletionStage();
        }
    }

    private void answerNext() {
        Sent statement = sent.remove();
        statement.answer().complete(statement.items());
    }

    @Test
    void arrivalsGatherWhileAStatementIsUnderWay() {
        Batcher<String, String> batcher = new Batcher<>(this::send, item -> item, String::length, Pace.of(1));
        submitAll(batcher, "a", "b", "c");
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("a"));
        answerNext();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("b", "c"));
    }

    @Test
    void aKeyStandsOnceInABatch() {
        Batcher<String, String> batcher =
                new Batcher<>(this::send, item -> item.substring(0, 1), String::length, Pace.of(1));
        submitAll(batcher, "x", "a1", "a2", "b1");
        answerNext();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("a1", "b1"));
        answerNext();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("a2"));
    }

    @Test
    void aFewThatWaitDoNotMakeAFurtherStatement() {
        Batcher<String, String> batcher =
                new Batcher<>(this::send, item -> item, String::length, NEVER_LATE, rows -> {});
        submitAll(batcher, "a", "b", "c");
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("a"));
        answerNext();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("b", "c"));
    }

    @Test
    void aCrowdDoesNotWaitForTheStatementUnderWay() {
        Batcher<Integer, Integer> batcher = new Batcher<>(
                items -> send(items.stream().map(Object::toString).toList()).replaceWith(items),
                Object::toString,
                item -> 1,
                NEVER_LATE,
                rows -> {});
        for (int item = 0; item <= 100; item++) {
            batcher.submit(item).subscribeAsCompletionStage();
        }
        assertThat(sent).extracting(statement -> statement.items().size()).containsExactly(1, 100);
    }

    @Test
    void onceOneHasWaitedTooLongFurtherOnesAreRefusedAndItIsNot() {
        Batcher<String, String> batcher = new Batcher<>(
                this::send, item -> item, String::length, Pace.of(1).refusingAfter(1), rows -> {});
        batcher.submit("under way").subscribeAsCompletionStage();
        CompletableFuture<String> patient = batcher.submit("patient").subscribeAsCompletionStage();
        await().untilAsserted(() -> assertThatThrownBy(
                        () -> batcher.submit("late").await().atMost(Duration.ofMillis(1)))
                .isInstanceOf(DomainException.class)
                .hasMessage("the server is overloaded, try again"));
        answerNext();
        answerNext();
        assertThat(patient).isCompletedWithValue("patient");
        CompletableFuture<String> next = batcher.submit("next").subscribeAsCompletionStage();
        while (!sent.isEmpty()) {
            answerNext();
        }
        assertThat(next).isCompletedWithValue("next");
    }

    @Test
    void beyondTheBoundOfTheQueueArrivalsAreRefusedAndNothingThatWaitsIsLost() {
        Batcher<Integer, Integer> batcher = new Batcher<>(
                items -> send(items.stream().map(Object::toString).toList()).replaceWith(items),
                Object::toString,
                item -> 1,
                Pace.of(1));
        List<CompletableFuture<Integer>> taken = new ArrayList<>();
        CompletableFuture<Integer> next = batcher.submit(0).subscribeAsCompletionStage();
        while (!next.isCompletedExceptionally()) {
            taken.add(next);
            next = batcher.submit(taken.size()).subscribeAsCompletionStage();
        }
        assertThat(taken).hasSize(20_001);
        assertThat(next).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("overloaded");
        while (!sent.isEmpty()) {
            answerNext();
        }
        assertThat(taken).allSatisfy(answer -> assertThat(answer).isCompleted());
    }

    /** The end of a turn, answers on other event loops, and a look for what is late meet each other here. */
    @Test
    void everySubmissionIsAnsweredAmongEventLoops() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Context[] loops = new Context[3];
            Arrays.setAll(loops, loop -> ((VertxInternal) vertx).createEventLoopContext());
            Batcher<Integer, Integer> batcher = new Batcher<>(
                    items -> Uni.createFrom().item(items).emitOn(task -> loops[2].runOnContext(turn -> task.run())),
                    Object::toString,
                    item -> 1,
                    Pace.of(2).lateAfter(1));
            for (int round = 0; round < 5_000; round++) {
                List<CompletableFuture<Integer>> answers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    CompletableFuture<Integer> answer = new CompletableFuture<>();
                    int item = i;
                    loops[i % 2].runOnContext(turn ->
                            batcher.submit(item).subscribe().with(answer::complete, answer::completeExceptionally));
                    answers.add(answer);
                }
                CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                        .get(20, TimeUnit.SECONDS);
            }
        } finally {
            vertx.close();
        }
    }

    @Test
    void aStatementThatIsLateHoldsNobodyUp() {
        Batcher<String, String> batcher = new Batcher<>(this::send, item -> item, String::length, Pace.of(2));
        batcher.submit("a").subscribeAsCompletionStage();
        batcher.submit("b").subscribeAsCompletionStage();
        await().untilAsserted(
                        () -> assertThat(sent).extracting(Sent::items).containsExactly(List.of("a"), List.of("b")));
    }

    @Test
    void whatOneTurnOfAnEventLoopBringsGoesTogether() {
        Vertx vertx = Vertx.vertx();
        try {
            Batcher<String, String> batcher = new Batcher<>(this::send, item -> item, String::length, Pace.of(1));
            vertx.runOnContext(turn -> submitAll(batcher, "a", "b", "c"));
            await().untilAsserted(
                            () -> assertThat(sent).extracting(Sent::items).containsExactly(List.of("a", "b", "c")));
        } finally {
            vertx.close();
        }
    }

    @Test
    void aStatementThatCannotEvenBeSentFailsItsBatchAndFreesItsPlace() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Batcher<String, String> batcher = new Batcher<>(
                items -> {
                    if (broken.getAndSet(false)) {
                        throw new IllegalStateException("not sent");
                    }
                    return send(items);
                },
                item -> item,
                String::length,
                Pace.of(1));
        assertThatThrownBy(() -> batcher.submit("a").await().indefinitely()).hasMessage("not sent");
        batcher.submit("b").subscribeAsCompletionStage();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("b"));
    }

    @Test
    void aCallerThatThrowsAtItsAnswerKeepsNobodyFromTheirs() {
        Batcher<String, String> batcher = new Batcher<>(this::send, item -> item, String::length, Pace.of(1));
        batcher.submit("first").subscribeAsCompletionStage();
        batcher.submit("a").subscribe().with(answer -> {
            throw new IllegalStateException("not taken");
        });
        CompletableFuture<String> other = batcher.submit("b").subscribeAsCompletionStage();
        answerNext();
        answerNext();
        assertThat(other).isCompletedWithValue("b");
        batcher.submit("c").subscribeAsCompletionStage();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("c"));
    }

    @Test
    void everySubmissionIsAnsweredUnderContention() throws Exception {
        ExecutorService database = Executors.newFixedThreadPool(2);
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            Batcher<Integer, Integer> batcher = new Batcher<>(
                    items -> Uni.createFrom().item(items).emitOn(database), Object::toString, item -> 1, Pace.of(2));
            // Few at a time, so that the batcher often runs empty: an item left behind then has nobody to take it
            // along.
            for (int round = 0; round < 5_000; round++) {
                List<CompletableFuture<Integer>> answers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    int item = i;
                    answers.add(CompletableFuture.supplyAsync(() -> item, callers)
                            .thenCompose(it -> batcher.submit(it).subscribeAsCompletionStage()));
                }
                CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                        .get(Duration.ofSeconds(20).toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            callers.shutdownNow();
            database.shutdownNow();
        }
    }
}
