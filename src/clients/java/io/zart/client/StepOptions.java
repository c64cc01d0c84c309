package io.zart.client;

import java.time.Duration;

/**
 * How a step is tried.
 *
 * @param retry when a failed attempt is followed by another
 * @param attemptTimeout time-out of one attempt, which then counts as failed; null for none
 * @param timeout time-out over all attempts, final when passed; null for none
 */
public record StepOptions(RetryPolicy retry, Duration attemptTimeout, Duration timeout) {

    /** One attempt, no time-out. */
    public static final StepOptions ONCE = new StepOptions(RetryPolicy.none(), null, null);

    /** Those retries, no time-out. */
    public static StepOptions retrying(RetryPolicy retry) {
        return new StepOptions(retry, null, null);
    }
}
