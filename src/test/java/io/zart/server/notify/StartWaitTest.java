package io.zart.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StartWaitTest {

    private static Vertx vertx;

    private final Parked parked = new Parked();
    private StartWait wait;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() {
        vertx.close();
    }

    private CompletableFuture<Execution> begin() {
        return Uni.createFrom()
                .<Execution>emitter(emitter -> {
                    wait = new StartWait(vertx, parked, "x", Duration.ofMinutes(1), emitter);
                    parked.add("x", wait);
                })
                .subscribeAsCompletionStage();
    }

    private static Execution started(int run, int version) {
        return new Execution(
                "x",
                "echo",
                JsonText.NULL,
                ExecutionStatus.RUNNING,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                version,
                null,
                null,
                run,
                null,
                null,
                null);
    }

    private static Execution ended(int run, int version) {
        return started(run, version).ended(ExecutionStatus.COMPLETED, JsonText.NULL, null, Instant.EPOCH, version);
    }

    @Test
    void anEndThatComesBeforeTheStartIsAnsweredIsNotMissed() {
        CompletableFuture<Execution> answer = begin();
        parked.show(ended(0, 2));
        assertThat(answer).isNotDone();
        wait.started(started(0, 1));
        assertThat(answer).isCompletedWithValueMatching(end -> end.version() == 2);
        assertThat(parked.has("x")).isFalse();
    }

    @Test
    void theEndOfAnEarlierRunIsNotTheOneThatIsWaitedFor() {
        CompletableFuture<Execution> answer = begin();
        parked.show(ended(0, 2));
        wait.started(started(1, 4));
        parked.show(ended(0, 2));
        assertThat(answer).isNotDone();
        parked.show(ended(1, 5));
        assertThat(answer).isCompletedWithValueMatching(end -> end.version() == 5);
    }

    @Test
    void aLateReadOfAnEarlierRunDoesNotHideTheEnd() {
        CompletableFuture<Execution> answer = begin();
        parked.show(ended(1, 5));
        parked.show(ended(0, 2));
        wait.started(started(1, 4));
        assertThat(answer).isCompletedWithValueMatching(end -> end.version() == 5);
    }

    @Test
    void aStartThatFindsAnEndedRunIsAnsweredWithIt() {
        CompletableFuture<Execution> answer = begin();
        wait.started(ended(0, 2));
        assertThat(answer).isCompletedWithValueMatching(end -> end.version() == 2);
    }

    @Test
    void theEndAndTheAnswerOfTheStartMayCross() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 4_000; i++) {
                CompletableFuture<Execution> answer = begin();
                StartWait crossed = wait;
                CyclicBarrier together = new CyclicBarrier(2);
                threads.submit(() -> {
                    together.await();
                    crossed.started(started(0, 1));
                    return null;
                });
                threads.submit(() -> {
                    together.await();
                    parked.show(ended(0, 2));
                    return null;
                });
                assertThat(answer.get(30, TimeUnit.SECONDS).version()).isEqualTo(2);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
