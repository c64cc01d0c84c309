package io.zart.server.store;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What an error of the database means. */
final class StoreErrors {

    private static final int MOST_RETRIES = 5;

    /**
     * Connection, resources, operator intervention, system, roll-back, invalid authorization (a role that is being changed),
     * read-only (a fail-over), and a table that is not there (before the migration).
     */
    private static final Pattern STATES_OF_ABSENCE = Pattern.compile("(08|53|57|58|40|28).{3}|25006|42P01|3D000");
    /** A statement that is not answered within this time counts as not executed, though it may be executed yet. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private StoreErrors() {}

    /** Repeats after a deadlock or a serialization failure; turns an absent database into a refusal that says so. */
    static <T> Uni<T> guarded(Supplier<Uni<T>> statement) {
        return Uni.createFrom()
                .<T>deferred(statement::get)
                .ifNoItem()
                .after(PATIENCE)
                .fail()
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

    /**
     * Whether the database cannot be reached or cannot work now. An error that PostgreSQL answers for the statement itself is
     * none, nor is a mistake of this program: those must be seen as what they are.
     */
    static boolean away(Throwable failure) {
        if (failure instanceof PgException error) {
            return error.getSqlState() == null
                    || STATES_OF_ABSENCE.matcher(error.getSqlState()).matches();
        }
        return failure instanceof VertxException
                || failure instanceof TimeoutException
                || !(failure instanceof RuntimeException || failure instanceof Error);
    }
}
