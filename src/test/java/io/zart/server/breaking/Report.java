package io.zart.server.breaking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What one run of the harness did and saw: the journal of its clients, the faults, and what no answer may be. Thread-safe. */
final class Report {

    /** Everything that was started, as its client knows it. */
    final Queue<Order> orders = new ConcurrentLinkedQueue<>();

    /** Answers that no client should get, and what else is wrong. */
    final Queue<String> offences = new ConcurrentLinkedQueue<>();

    private final Map<String, LongAdder> acknowledged = new ConcurrentSkipListMap<>();
    private final Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> faults = new ConcurrentSkipListMap<>();
    private final LongAdder unanswered = new LongAdder();
    private final LongAccumulator longestMillis = new LongAccumulator(Long::max, 0);

    /** An operation was acknowledged: the audit holds the service to it. */
    void acknowledged(String operation) {
        count(acknowledged, operation);
    }

    /** @param beyond how much longer it took than the request had asked to wait */
    void answered(int status, Duration beyond) {
        count(statuses, status);
        longestMillis.accumulate(beyond.toMillis());
    }

    /** A connection was refused or cut before its answer. */
    void unanswered() {
        unanswered.increment();
    }

    /** A fault was there, and hit something. */
    void injected(String fault) {
        count(faults, fault);
    }

    /** The faults that were injected. */
    List<String> injected() {
        return new ArrayList<>(faults.keySet());
    }

    long acknowledgedOperations() {
        return acknowledged.values().stream().mapToLong(LongAdder::sum).sum();
    }

    @Override
    public String toString() {
        return "checked " + acknowledgedOperations() + " acknowledged operations " + acknowledged + " of "
                + orders.size() + " executions; answers by status " + statuses + ", " + unanswered
                + " requests without an answer, the longest answered after " + longestMillis + " ms; faults injected "
                + faults;
    }

    private static <K> void count(Map<K, LongAdder> counts, K key) {
        counts.computeIfAbsent(key, first -> new LongAdder()).increment();
    }
}
