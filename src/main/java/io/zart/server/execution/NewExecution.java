package io.zart.server.execution;

import java.time.Duration;
import java.time.Instant;

/**
 * A start, validated.
 *
 * @param startAt from when the run may start, null for now
 * @param delay from when the run may start, counted from the database's now; null for none; not together with startAt
 * @param timeout deadline of the run, counted from when it may start; null for none
 * @param tags a JSON object, null for none
 */
public record NewExecution(
        String id,
        String taskName,
        JsonText payload,
        OnConflict onConflict,
        Instant startAt,
        Duration delay,
        Duration timeout,
        JsonText tags) {

    /** Whether the run may start at once. */
    public boolean immediate() {
        return startAt == null && delay == null;
    }
}
