package io.zart.server.engine;

import io.zart.server.execution.JsonText;

/**
 * The final outcome of a step, to be recorded.
 *
 * @param dead whether it ended with an error
 * @param position order in which the run reached it, from 0
 * @param parallelGroup number of its parallel group, null outside of one
 * @param attempt number of the last attempt
 * @param failures failed attempts since the policy began
 * @param elapsedMicros how long the last attempt took
 * @param result of a completed one, null else
 * @param error of a dead one, null else
 * @param eventSeq the event that it takes, null if none
 */
public record StepOutcome(
        Lease lease,
        String name,
        String kind,
        int position,
        Integer parallelGroup,
        boolean dead,
        int attempt,
        int failures,
        long elapsedMicros,
        JsonText result,
        JsonText error,
        Long eventSeq) {}
