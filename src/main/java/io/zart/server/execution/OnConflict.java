package io.zart.server.execution;

import java.util.Locale;
import java.util.Optional;

/** What a start does when its id exists already. */
public enum OnConflict {
    /** Answers with the existing record; starts nothing. */
    RETURN,
    /** Refuses. */
    REJECT,
    /** Begins a new run if the execution has ended, else refuses. */
    RESTART,
    /** Begins a new run; an active one is cancelled first. */
    REPLACE;

    /** The policy of that wire name, or empty. */
    public static Optional<OnConflict> ofWire(String name) {
        for (OnConflict policy : values()) {
            if (policy.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }
}
