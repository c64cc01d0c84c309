package io.zart.server.store;

import io.quarkus.logging.LoggingFilter;
import java.util.Arrays;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Leaves one message out of the log. For each statement that found no connection, the pool of Vert.x 4.5 complains five seconds
 * later that its timer comes too late, as an uncaught error with a stack; the statement was answered long before. Without this an
 * outage of the database writes one such error for each refused request.
 */
@LoggingFilter(name = PoolTimerComplaints.NAME)
public final class PoolTimerComplaints implements Filter {

    /** As the settings of the log name it. */
    static final String NAME = "pool-timers";

    private static final String POOL = "io.vertx.sqlclient.impl.pool.SqlConnectionPool";
    /** The timer's own frame stands behind those of the promise. */
    private static final int FRAMES = 4;

    @Override
    public boolean isLoggable(LogRecord message) {
        Throwable thrown = message.getThrown();
        return !(thrown instanceof IllegalStateException)
                || !"Result is already complete".equals(thrown.getMessage())
                || Arrays.stream(thrown.getStackTrace())
                        .limit(FRAMES)
                        .noneMatch(frame -> frame.getClassName().equals(POOL));
    }
}
