package io.zart.server.engine;

import io.zart.server.execution.JsonText;

/**
 * A failed attempt that another will follow.
 *
 * @param number from 1, over the whole run
 * @param failures since the policy began, this one included
 * @param retryMillis until the next attempt is due
 */
public record FailedAttempt(
        Lease lease,
        String stepName,
        String kind,
        int position,
        Integer parallelGroup,
        int number,
        int failures,
        long elapsedMicros,
        long retryMillis,
        JsonText error) {}
