package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.time.Duration;
import java.util.function.Supplier;

/** Tries again what the database could not do now. */
final class Retries {

    private static final Duration FIRST_DELAY = Duration.ofMillis(50);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);
    /** So that what failed at one moment does not come back at one moment. */
    private static final double JITTER = 0.5;

    private Retries() {}

    /** The operation again and again, with growing delays, as long as the database is away or has too much to do. */
    static <T> Uni<T> whileAway(Supplier<Uni<T>> operation) {
        return Uni.createFrom()
                .<T>deferred(operation::get)
                .onFailure(e -> e instanceof DomainException d
                        && (d.code() == ErrorCode.DATABASE_UNAVAILABLE || d.code() == ErrorCode.OVERLOADED))
                .retry()
                .withBackOff(FIRST_DELAY, LONGEST_DELAY)
                .withJitter(JITTER)
                .indefinitely();
    }
}
