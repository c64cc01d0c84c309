package io.zart.server.store;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.time.Duration;
import java.util.function.Supplier;

/** What an error of the database means. */
final class StoreErrors {

    private static final int MOST_RETRIES = 5;

    private StoreErrors() {}

    /** Repeats after a deadlock or a serialization failure; turns an absent database into a refusal that says so. */
    static <T> Uni<T> guarded(Supplier<Uni<T>> statement) {
        return Uni.createFrom()
                .<T>deferred(statement::get)
                .onFailure(StoreErrors::conflict)
                .retry()
                .withBackOff(Duration.ofMillis(5), Duration.ofMillis(100))
                .atMost(MOST_RETRIES)
                .onFailure(StoreErrors::away)
                .transform(failure -> {
                    Log.debugf(failure, "database unavailable");
                    return new DomainException(
                            ErrorCode.DATABASE_UNAVAILABLE, "the database is unavailable, try again");
                });
    }

    private static boolean conflict(Throwable failure) {
        return failure instanceof PgException error
                && ("40P01".equals(error.getSqlState()) || "40001".equals(error.getSqlState()));
    }

    /** Everything but an error that PostgreSQL answers for the statement itself. */
    private static boolean away(Throwable failure) {
        if (failure instanceof DomainException) {
            return false;
        }
        if (failure instanceof PgException error) {
            String state = error.getSqlState();
            return state == null
                    || state.startsWith("08")
                    || state.startsWith("53")
                    || state.startsWith("57")
                    || state.startsWith("40")
                    || state.equals("25006")
                    || state.equals("42P01")
                    || state.startsWith("58");
        }
        return true;
    }
}
