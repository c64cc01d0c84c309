package io.zart.server.execution;

import java.time.Instant;

/**
 * One ended try of a step.
 *
 * @param number from 1 in its run
 * @param result of a successful one, null else
 * @param error of a failed one, {@code {"message","type","step"}}; null else
 */
public record AttemptRecord(int number, JsonText result, JsonText error, Instant startedAt, Instant completedAt) {

    /** Whether it succeeded. */
    public boolean completed() {
        return error == null;
    }
}
