package io.zart.server.notify;

import io.vertx.core.Vertx;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Reads the records that somebody waits for, those of one moment together, and shows them to who waits. Safe for use by any
 * thread; never blocks.
 */
final class ParkedReads {

    private static final int MOST_IN_ONE_READ = 1_000;
    private static final long SAFETY_MILLIS = 5_000;
    private static final long SAFETY_MILLIS_WHILE_DOWN = 1_000;

    private final Vertx vertx;
    private final ExecutionStore store;
    private final Parked parked;
    private final Consumer<Duration> onWakeUp;
    private final Coalescer<String> reads;
    private volatile long lastSafetyRead = System.nanoTime();

    /** @param onWakeUp is told how long after the end of a run its waits were woken; must not block */
    ParkedReads(Vertx vertx, ExecutionStore store, Parked parked, Consumer<Duration> onWakeUp) {
        this.vertx = vertx;
        this.store = store;
        this.parked = parked;
        this.onWakeUp = onWakeUp;
        this.reads = new Coalescer<>(vertx, MOST_IN_ONE_READ, 0, this::read);
    }

    /** Reads those of them that somebody waits for. */
    void wake(List<String> ids) {
        List<String> waitedFor = ids.stream().filter(parked::has).toList();
        if (!waitedFor.isEmpty()) {
            reads.addAll(waitedFor);
        }
    }

    /** Reads all that somebody waits for. */
    void wakeAll() {
        lastSafetyRead = System.nanoTime();
        if (!parked.ids().isEmpty()) {
            reads.addAll(new ArrayList<>(parked.ids()));
        }
    }

    /** Reads all now and then, more often while hints do not arrive; the answer is the timer. */
    long keepSafe(BooleanSupplier hintsArrive) {
        return vertx.setPeriodic(SAFETY_MILLIS_WHILE_DOWN, timer -> {
            long since = Duration.ofNanos(System.nanoTime() - lastSafetyRead).toMillis();
            if (!hintsArrive.getAsBoolean() || since >= SAFETY_MILLIS) {
                wakeAll();
            }
        });
    }

    private CompletionStage<?> read(List<String> ids) {
        return store.findAll(ids)
                .onItem()
                .invoke(found -> found.forEach(this::show))
                .subscribeAsCompletionStage();
    }

    /** Shows a record that is known without a read. */
    void show(Execution execution) {
        if (execution.status().terminal() && execution.completedAt() != null && parked.has(execution.id())) {
            onWakeUp.accept(Duration.between(execution.completedAt(), Instant.now()));
        }
        parked.show(execution);
    }
}
