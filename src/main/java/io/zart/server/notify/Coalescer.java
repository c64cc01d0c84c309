package io.zart.server.notify;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Gathers items while one flush is under way, and flushes them together next. An idle coalescer flushes at once. What fails
 * is dropped. Safe for use by any thread; never blocks.
 */
final class Coalescer<T> {

    private static final Logger LOG = Logger.getLogger(Coalescer.class);

    private final Vertx vertx;
    private final int most;
    private final long gapMillis;
    private final Function<List<T>, CompletionStage<?>> flush;
    private final Set<T> pending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean busy = new AtomicBoolean();

    /**
     * A coalescer.
     *
     * @param most items of one flush at the most
     * @param gapMillis pause between two flushes when there is more to do at the end of the first, 0 for none
     */
    Coalescer(Vertx vertx, int most, long gapMillis, Function<List<T>, CompletionStage<?>> flush) {
        this.vertx = vertx;
        this.most = most;
        this.gapMillis = gapMillis;
        this.flush = flush;
    }

    /** Adds an item; one that waits already counts once. */
    void add(T item) {
        pending.add(item);
        kick();
    }

    /** Adds items. */
    void addAll(Iterable<T> items) {
        items.forEach(pending::add);
        kick();
    }

    private void kick() {
        if (!pending.isEmpty() && busy.compareAndSet(false, true)) {
            List<T> batch = take();
            if (batch.isEmpty()) {
                release();
            } else {
                run(batch);
            }
        }
    }

    private void run(List<T> batch) {
        CompletionStage<?> done;
        try {
            done = flush.apply(batch);
        } catch (RuntimeException failure) {
            LOG.debugf(failure, "dropped a batch of %d", (Integer) batch.size());
            release();
            return;
        }
        done.whenComplete((ignored, failure) -> {
            if (failure != null) {
                LOG.debugf(failure, "dropped a batch of %d", (Integer) batch.size());
            }
            if (gapMillis > 0 && !pending.isEmpty()) {
                vertx.setTimer(gapMillis, timer -> release());
            } else {
                release();
            }
        });
    }

    private void release() {
        busy.set(false);
        kick();
    }

    private List<T> take() {
        List<T> batch = new ArrayList<>();
        for (Iterator<T> items = pending.iterator(); items.hasNext() && batch.size() < most; ) {
            batch.add(items.next());
            items.remove();
        }
        return batch;
    }
}
