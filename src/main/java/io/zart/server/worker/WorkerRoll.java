package io.zart.server.worker;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Timers;
import io.zart.server.worker.WorkerStore.Seen;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Writes down every few seconds which workers this instance hears of, so that any instance can tell of all. Never blocks. */
final class WorkerRoll {

    private static final long EVERY_MILLIS = 5_000;

    private final String instance;
    private final Presence presence;
    private final WorkerStore store;
    private final Timers timers;
    private final AtomicLong writtenNanos = new AtomicLong(Long.MIN_VALUE);
    private volatile boolean stopped;

    /** @param instance a name that no other instance has */
    WorkerRoll(String instance, Presence presence, WorkerStore store, Timers timers) {
        this.instance = instance;
        this.presence = presence;
        this.store = store;
        this.timers = timers;
    }

    void start() {
        timers.after(EVERY_MILLIS, () -> {
            if (!stopped) {
                write().subscribe().with(done -> {}, failure -> Log.debugf(failure, "workers not written down"));
                start();
            }
        });
    }

    void stop() {
        stopped = true;
    }

    /** All workers, those of other instances as they were a few seconds ago. */
    Uni<List<Seen>> workers() {
        return write().flatMap(written -> store.seen());
    }

    /** Writes those that wait, or that were heard of since the last time. */
    private Uni<Void> write() {
        long since = writtenNanos.getAndSet(System.nanoTime());
        Collection<Presence.Worker> news = presence.workers().stream()
                .filter(worker -> worker.parked() > 0 || since == Long.MIN_VALUE || worker.seenNanos() - since >= 0)
                .toList();
        return news.isEmpty() ? Uni.createFrom().voidItem() : store.heardOf(instance, news);
    }
}
