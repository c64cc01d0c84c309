package io.zart.server.worker;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** The workers that this instance hears of, and the names that they serve. Thread-safe, never blocks. */
public final class Presence {

    /** A worker that neither waits nor was heard of for so long has gone. */
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    /**
     * A worker.
     *
     * @param parked its claims that wait at the moment
     * @param seenNanos when it was last heard of
     */
    public record Worker(String id, List<String> taskNames, int parked, long seenNanos) {

        private Worker parkedMore(int more, List<String> names, long now) {
            return new Worker(id, names, parked + more, now);
        }

        private boolean gone(long now) {
            return parked == 0 && now - seenNanos > PATIENCE_NANOS;
        }
    }

    /** A claim of a worker. */
    interface Visit {
        /** It is over; further calls do nothing. */
        void leave();
    }

    /** Names are gathered anew after so long, or when a worker brings one that is not among them. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    private record Served(Set<String> names, long atNanos) {}

    private final Map<String, Worker> workers = new ConcurrentHashMap<>();
    private volatile Served served;

    /** A worker waits for tasks of those names. */
    Visit parks(String workerId, List<String> taskNames) {
        long now = System.nanoTime();
        workers.compute(
                workerId,
                (id, known) ->
                        (known == null ? new Worker(id, taskNames, 0, now) : known).parkedMore(1, taskNames, now));
        Served gathered = served;
        if (gathered != null && !gathered.names().containsAll(taskNames)) {
            served = null;
        }
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                workers.computeIfPresent(
                        workerId, (id, known) -> known.parkedMore(-1, known.taskNames(), System.nanoTime()));
            }
        };
    }

    /** A worker was heard of; one that has never claimed serves nothing. */
    void seen(String workerId) {
        workers.computeIfPresent(workerId, (id, known) -> known.parkedMore(0, known.taskNames(), System.nanoTime()));
    }

    /** The workers that are there. */
    Collection<Worker> workers() {
        long now = System.nanoTime();
        workers.values().removeIf(worker -> worker.gone(now));
        return List.copyOf(workers.values());
    }

    /** The names that they serve. */
    Set<String> served() {
        Served gathered = served;
        long now = System.nanoTime();
        if (gathered == null || now - gathered.atNanos() > FRESH_NANOS) {
            Set<String> names = new HashSet<>();
            workers().forEach(worker -> names.addAll(worker.taskNames()));
            gathered = new Served(Set.copyOf(names), now);
            served = gathered;
        }
        return gathered.names();
    }
}
