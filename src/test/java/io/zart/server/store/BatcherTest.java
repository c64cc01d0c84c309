package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatcherTest {

    private record Sent(List<String> items, CompletableFuture<List<String>> answer) {}

    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();

    private Uni<List<String>> send(List<String> items) {
        Sent statement = new Sent(items, new CompletableFuture<>());
        sent.add(statement);
        return Uni.createFrom().completionStage(statement.answer());
    }

    private void answerNext() {
        Sent statement = sent.remove();
        statement.answer().complete(statement.items());
    }

    @Test
    void arrivalsGatherWhileAStatementIsUnderWay() {
        Batcher<String, String> batcher = new Batcher<>(this::send, item -> item, String::length, 1);
        for (String item : List.of("a", "b", "c")) {
            batcher.submit(item).subscribeAsCompletionStage();
        }
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("a"));
        answerNext();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("b", "c"));
    }

    @Test
    void aKeyStandsOnceInABatch() {
        Batcher<String, String> batcher = new Batcher<>(this::send, item -> item.substring(0, 1), String::length, 1);
        for (String item : List.of("x", "a1", "a2", "b1")) {
            batcher.submit(item).subscribeAsCompletionStage();
        }
        answerNext();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("a1", "b1"));
        answerNext();
        assertThat(sent).extracting(Sent::items).containsExactly(List.of("a2"));
    }

    @Test
    void everySubmissionIsAnsweredUnderContention() throws Exception {
        ExecutorService database = Executors.newFixedThreadPool(2);
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            Batcher<Integer, Integer> batcher = new Batcher<>(
                    items -> Uni.createFrom().item(items).emitOn(database), Object::toString, item -> 1, 2);
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
