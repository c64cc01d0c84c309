package io.zart.server.execution;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Where a step stands. The table below is the only place that says what may follow what. */
public enum StepStatus {
    /** Entered and not in work: parked, or to be tried again. */
    SCHEDULED,
    /** An attempt is under way. */
    RUNNING,
    COMPLETED,
    /** Ended with an error. */
    DEAD;

    private static final Map<StepStatus, Set<StepStatus>> NEXT = new EnumMap<>(Map.of(
            SCHEDULED, EnumSet.of(RUNNING, COMPLETED, DEAD),
            RUNNING, EnumSet.of(SCHEDULED, COMPLETED, DEAD),
            COMPLETED, EnumSet.noneOf(StepStatus.class),
            // An operator retries it.
            DEAD, EnumSet.of(SCHEDULED)));

    /** Whether {@code next} may follow this status in a run. */
    public boolean mayBecome(StepStatus next) {
        return NEXT.get(this).contains(next);
    }

    /** The name on the wire and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of that name. */
    public static StepStatus ofWire(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
