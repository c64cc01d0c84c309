package io.zart.server.execution;

import java.time.Instant;
import java.util.List;

/**
 * A step of a run as its history tells it.
 *
 * @param kind {@code step}, {@code sleep}, {@code waitforevent}, {@code capture}, {@code waitall} or {@code waitgroup}
 * @param position order in which the run reached it, branches of a group in the order of the code
 * @param parallelGroup number of its parallel group, null outside of one
 * @param failures failed attempts since its retry policy began
 * @param result of a completed one, null else
 * @param error the last one, {@code {"message","type","step"}}; null if none
 * @param scheduledAt when the run reached it
 * @param attempts all ended ones, ascending
 */
public record StepRecord(
        String name,
        String kind,
        StepStatus status,
        int position,
        Integer parallelGroup,
        int failures,
        JsonText result,
        JsonText error,
        Instant scheduledAt,
        Instant completedAt,
        List<AttemptRecord> attempts) {

    /** Whether this step comes before the other one: branches of one parallel group do not. */
    public boolean before(StepRecord other) {
        boolean together = parallelGroup != null && parallelGroup.equals(other.parallelGroup);
        return position < other.position && !together;
    }
}
