package io.zart.server.worker;

import io.zart.server.engine.Lease;
import io.zart.server.execution.Execution;
import io.zart.server.worker.WorkerStore.Handed;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The records of the tasks that this instance has handed out, so that their end needs no read. Only a memory: a command may
 * reach another instance than the claim did. Thread-safe.
 */
final class HeldTasks {

    private static final int PURGE_EVERY = 512;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private record Entry(Execution execution, long until) {}

    private final Map<Lease, Entry> byLease = new ConcurrentHashMap<>();
    private final AtomicInteger puts = new AtomicInteger();

    void put(Handed handed) {
        byLease.put(
                handed.task().lease(), new Entry(handed.task().execution(), handed.expiresNanos() + PATIENCE_NANOS));
        if (puts.incrementAndGet() % PURGE_EVERY == 0) {
            long now = System.nanoTime();
            byLease.values().removeIf(entry -> entry.until() - now < 0);
        }
    }

    /** The lease was extended by so much from now on. */
    void extended(Lease lease, long millis) {
        long until = System.nanoTime() + millis * 1_000_000 + PATIENCE_NANOS;
        byLease.computeIfPresent(lease, (same, entry) -> new Entry(entry.execution(), until));
    }

    /** The record as of the claim, or null. */
    Execution get(Lease lease) {
        Entry entry = byLease.get(lease);
        return entry == null ? null : entry.execution();
    }

    void remove(Lease lease) {
        byLease.remove(lease);
    }
}
