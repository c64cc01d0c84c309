package io.zart.server.handler;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a failed attempt is followed by another.
 *
 * @param retries attempts after the first one
 * @param delay before the first retry
 * @param factor by which the delay grows with each retry
 * @param maxDelay bound of the delay
 * @param jitter share of the delay, 0 to 1, by which it is randomly shortened
 * @param nonRetryable errors that are final at once
 */
public record RetryPolicy(
        int retries,
        Duration delay,
        double factor,
        Duration maxDelay,
        double jitter,
        List<Class<? extends Throwable>> nonRetryable) {

    private static final Duration LONGEST = Duration.ofDays(1);

    /** No second attempt. */
    public static RetryPolicy none() {
        return new RetryPolicy(0, Duration.ZERO, 1, LONGEST, 0, List.of());
    }

    /** So many retries, each after the same delay. */
    public static RetryPolicy fixed(int retries, Duration delay) {
        return new RetryPolicy(retries, delay, 1, LONGEST, 0, List.of());
    }

    /** So many retries, each after twice the delay of the one before. */
    public static RetryPolicy exponential(int retries, Duration delay) {
        return new RetryPolicy(retries, delay, 2, LONGEST, 0, List.of());
    }

    /** The same with a bound of the delay. */
    public RetryPolicy withMaxDelay(Duration bound) {
        return new RetryPolicy(retries, delay, factor, bound, jitter, nonRetryable);
    }

    /** The same with a random share of the delay taken off. */
    public RetryPolicy withJitter(double share) {
        return new RetryPolicy(retries, delay, factor, maxDelay, share, nonRetryable);
    }

    /** The same with errors that are final at once. */
    public RetryPolicy withNonRetryable(List<Class<? extends Throwable>> errors) {
        return new RetryPolicy(retries, delay, factor, maxDelay, jitter, List.copyOf(errors));
    }

    /** Whether another attempt follows after so many failures, the last with that error. */
    public boolean retries(int failures, Throwable error) {
        return failures <= retries && nonRetryable.stream().noneMatch(type -> type.isInstance(error));
    }

    /** Milliseconds before the next attempt after so many failures (from 1). */
    public long delayMillis(int failures) {
        double grown = delay.toMillis() * Math.pow(factor, failures - 1);
        double bounded = Math.min(grown, (double) maxDelay.toMillis());
        return Math.round(bounded * (1 - jitter * ThreadLocalRandom.current().nextDouble()));
    }
}
