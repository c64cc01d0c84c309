package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndOfTurnTest {

    private static final int ENOUGH = 10;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger gathered = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void allThatATurnAsksForIsOneRunAtItsEnd() {
        EndOfTurn end = new EndOfTurn(runs::incrementAndGet, gathered::get, ENOUGH);
        AtomicBoolean duringTheTurn = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        vertx.runOnContext(turn -> {
            end.run();
            end.run();
            duringTheTurn.set(runs.get() > 0);
            vertx.getOrCreateContext().runOnContext(next -> over.set(true));
        });
        await().untilTrue(over);
        assertThat(duringTheTurn).isFalse();
        assertThat(runs).hasValue(1);
    }

    @Test
    void elsewhereItRunsAtOnce() {
        new EndOfTurn(runs::incrementAndGet, gathered::get, ENOUGH).run();
        assertThat(runs).hasValue(1);
    }

    @Test
    void enoughDoesNotWaitForTheEndOfTheTurn() {
        gathered.set(ENOUGH);
        EndOfTurn end = new EndOfTurn(runs::incrementAndGet, gathered::get, ENOUGH);
        AtomicInteger duringTheTurn = new AtomicInteger(-1);
        vertx.runOnContext(turn -> {
            end.run();
            duringTheTurn.set(runs.get());
        });
        await().untilAsserted(() -> assertThat(duringTheTurn).hasValue(1));
    }

    /** Whoever asks while the action is running may have come too late to be seen by it. */
    @Test
    void whatComesWhileTheActionRunsIsSeenByAnotherRun() {
        Context thisLoop = ((VertxInternal) vertx).createEventLoopContext();
        Context otherLoop = ((VertxInternal) vertx).createEventLoopContext();
        CountDownLatch asked = new CountDownLatch(1);
        EndOfTurn[] end = new EndOfTurn[1];
        Runnable action = () -> {
            if (runs.incrementAndGet() == 1) {
                otherLoop.runOnContext(turn -> {
                    end[0].run();
                    asked.countDown();
                });
                awaitQuietly(asked);
            }
        };
        end[0] = new EndOfTurn(action, gathered::get, ENOUGH);
        thisLoop.runOnContext(turn -> end[0].run());
        await().untilAsserted(() -> assertThat(runs).hasValueGreaterThanOrEqualTo(2));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
