package io.zart.server.notify;

import io.vertx.core.Vertx;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Reads the records that somebody waits for, those of one moment together, and shows them to who waits. What a hint is about is
 * read at once; what is only looked at for safety is read beside it in small portions, behind which no hint has to wait. Of
 * two reads under way the older record may come last: a wait has gone by then, and a stream passes over it by its version. Safe
 * for use by any thread; never blocks.
 */
final class ParkedReads {

    private static final int MOST_IN_ONE_READ = 1_000;
    private static final long SAFETY_MILLIS = 5_000;
    /** With the gap after each, 20,000 waits take most of {@link #SAFETY_MILLIS}, and a single portion a millisecond or two. */
    private static final int MOST_IN_ONE_SAFETY_READ = 100;

    private static final long SAFETY_GAP_MILLIS = 15;
    private static final long SAFETY_MILLIS_WHILE_DOWN = 1_000;

    private final Vertx vertx;
    private final ExecutionStore store;
    private final Parked parked;
    private final Consumer<Duration> onWakeUp;
    private final Coalescer<String> reads;
    private final Coalescer<String> safetyReads;
    private volatile long lastSafetyRead = System.nanoTime();

    /** @param onWakeUp is told how long after the end of a run its waits were woken; must not block */
    ParkedReads(Vertx vertx, ExecutionStore store, Parked parked, Consumer<Duration> onWakeUp) {
        this.vertx = vertx;
        this.store = store;
        this.parked = parked;
        this.onWakeUp = onWakeUp;
        this.reads = new Coalescer<>(vertx, MOST_IN_ONE_READ, 0, this::read);
        this.safetyReads = new Coalescer<>(vertx, MOST_IN_ONE_SAFETY_READ, SAFETY_GAP_MILLIS, this::read);
    }

    /** Reads those of them that somebody waits for. */
    void wake(List<String> ids) {
        List<String> waitedFor = ids.stream().filter(parked::has).toList();
        if (!waitedFor.isEmpty()) {
            reads.addAll(waitedFor);
        }
    }

    /** Reads all that somebody waits for, at once. */
    void wakeAll() {
        readAll(reads);
    }

    /** Reads all now and then, at once and more often while hints do not arrive; the answer is the timer. */
    long keepSafe(BooleanSupplier hintsArrive) {
        return vertx.setPeriodic(SAFETY_MILLIS_WHILE_DOWN, timer -> {
            if (!hintsArrive.getAsBoolean()) {
                wakeAll();
            } else if (System.nanoTime() - lastSafetyRead >= TimeUnit.MILLISECONDS.toNanos(SAFETY_MILLIS)) {
                readAll(safetyReads);
            }
        });
    }

    private void readAll(Coalescer<String> by) {
        lastSafetyRead = System.nanoTime();
        by.addAll(parked.ids());
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
