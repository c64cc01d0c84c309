package io.zart.client;

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

    boolean allows(int failures, Throwable error) {
        return failures <= retries && nonRetryable.stream().noneMatch(type -> type.isInstance(error));
    }

    long delayMillis(int failures) {
        double grown = Math.min(delay.toMillis() * Math.pow(factor, failures - 1), maxDelay.toMillis());
        return Math.round(grown * (1 - jitter * ThreadLocalRandom.current().nextDouble()));
    }
}
