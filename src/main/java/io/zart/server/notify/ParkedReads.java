package io.zart.server.notify;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Reads the records that somebody waits for, those of one moment together, and shows them to who waits. What a hint is about is
 * read at once; what is only looked at for safety is read beside it in small portions, behind which no hint has to wait, and
 * brings no record but of what has ended: thousands of waits are looked at again and again in vain. Of two reads under way the
 * older record may come last: a wait has gone by then, and a stream passes over it by its version. Safe for use by any thread;
 * never blocks.
 */
final class ParkedReads {

    private static final int MOST_IN_ONE_READ = 1_000;
    private static final long SAFETY_MILLIS = 5_000;
    /** With the gap after each, 20,000 waits take most of {@link #SAFETY_MILLIS}, and a single portion a millisecond or two. */
    private static final int MOST_IN_ONE_SAFETY_LOOK = 100;

    private static final long SAFETY_GAP_MILLIS = 15;
    private static final long SAFETY_MILLIS_WHILE_DOWN = 1_000;

    private final Vertx vertx;
    private final ExecutionStore store;
    private final Parked parked;
    private final Consumer<Duration> onWakeUp;
    private final Coalescer<String> reads;
    private final Coalescer<String> looks;
    private final Coalescer<String> safetyLooks;
    private volatile long lastSafetyLook = System.nanoTime();

    /** @param onWakeUp is told how long after the end of a run its waits were woken; must not block */
    ParkedReads(Vertx vertx, ExecutionStore store, Parked parked, Consumer<Duration> onWakeUp) {
        this.vertx = vertx;
        this.store = store;
        this.parked = parked;
        this.onWakeUp = onWakeUp;
        this.reads = new Coalescer<>(vertx, MOST_IN_ONE_READ, 0, this::read);
        this.looks = new Coalescer<>(vertx, MOST_IN_ONE_READ, 0, this::look);
        this.safetyLooks = new Coalescer<>(vertx, MOST_IN_ONE_SAFETY_LOOK, SAFETY_GAP_MILLIS, this::look);
    }

    /** These may have ended: reads those that somebody waits for. */
    void wake(List<String> ids) {
        read(ids, parked::has);
    }

    /** These have changed, and have not ended: reads those of which somebody wants to see it. */
    void changed(List<String> ids) {
        read(ids, parked::seesChanges);
    }

    private void read(List<String> ids, Predicate<String> wanted) {
        List<String> some = ids.stream().filter(wanted).toList();
        if (!some.isEmpty()) {
            reads.addAll(some);
        }
    }

    /** Looks at all that somebody waits for, at once. */
    void wakeAll() {
        lookAtAll(looks);
    }

    /** Looks at all now and then, at once and more often while hints do not arrive; the answer is the timer. */
    long keepSafe(BooleanSupplier hintsArrive) {
        return vertx.setPeriodic(SAFETY_MILLIS_WHILE_DOWN, timer -> {
            if (!hintsArrive.getAsBoolean()) {
                wakeAll();
            } else if (System.nanoTime() - lastSafetyLook >= TimeUnit.MILLISECONDS.toNanos(SAFETY_MILLIS)) {
                lookAtAll(safetyLooks);
            }
        });
    }

    private void lookAtAll(Coalescer<String> by) {
        lastSafetyLook = System.nanoTime();
        by.addAll(parked.ids());
    }

    private CompletionStage<?> read(List<String> ids) {
        return shown(store.findAll(ids)).subscribeAsCompletionStage();
    }

    private CompletionStage<?> look(List<String> ids) {
        Map<Boolean, List<String>> byChanges = ids.stream().collect(Collectors.partitioningBy(parked::seesChanges));
        List<String> streamed = byChanges.get(true);
        return shown(store.findEnded(byChanges.get(false)))
                .chain(() -> streamed.isEmpty() ? Uni.createFrom().nullItem() : shown(store.findAll(streamed)))
                .subscribeAsCompletionStage();
    }

    private Uni<List<Execution>> shown(Uni<List<Execution>> read) {
        return read.onItem().invoke(found -> found.forEach(this::show));
    }

    /** Shows a record that is known without a read. */
    void show(Execution execution) {
        if (execution.status().terminal() && execution.completedAt() != null && parked.has(execution.id())) {
            onWakeUp.accept(Duration.between(execution.completedAt(), Instant.now()));
        }
        parked.show(execution);
    }
}
