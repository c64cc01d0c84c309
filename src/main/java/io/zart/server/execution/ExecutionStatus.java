package io.zart.server.execution;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where an execution and its runs stand. The tables below are the only place that says what may follow what. */
public enum ExecutionStatus {
    /** Accepted, not yet picked up. */
    SCHEDULED,
    /** Picked up at least once, and not ended: in work or waiting. */
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    private static final Map<ExecutionStatus, Set<ExecutionStatus>> NEXT = new EnumMap<>(Map.of(
            SCHEDULED, EnumSet.of(RUNNING, FAILED, CANCELLED),
            // A pause rule takes it back before its body has begun.
            RUNNING, EnumSet.of(SCHEDULED, COMPLETED, FAILED, CANCELLED),
            // A new run begins; a retried step reopens the failed run.
            COMPLETED, EnumSet.of(SCHEDULED, RUNNING),
            FAILED, EnumSet.of(SCHEDULED, RUNNING),
            CANCELLED, EnumSet.of(SCHEDULED, RUNNING)));

    private static final Map<ExecutionStatus, Set<ExecutionStatus>> NEXT_IN_RUN = new EnumMap<>(Map.of(
            SCHEDULED, NEXT.get(SCHEDULED),
            RUNNING, NEXT.get(RUNNING),
            COMPLETED, EnumSet.noneOf(ExecutionStatus.class),
            // A retried step reopens it.
            FAILED, EnumSet.of(RUNNING),
            CANCELLED, EnumSet.noneOf(ExecutionStatus.class)));

    /** Whether {@code next} may follow this status of an execution, with a new run or without. */
    public boolean mayBecome(ExecutionStatus next) {
        return NEXT.get(this).contains(next);
    }

    /** Whether {@code next} may follow this status of one and the same run. */
    public boolean mayBecomeInRun(ExecutionStatus next) {
        return NEXT_IN_RUN.get(this).contains(next);
    }

    /** Whether a run in this status has ended. */
    public boolean terminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** The name on the wire and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of that wire name, or empty. */
    public static Optional<ExecutionStatus> ofWire(String name) {
        for (ExecutionStatus status : values()) {
            if (status.wire().equals(name)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
