package io.zart.server.retention;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.ExecutionStatus;
import java.time.Duration;
import java.time.OffsetDateTime;

/** What retention asks of the store. Non-blocking, safe for use by any thread. */
public interface FinishedExecutions {

    /**
     * A place in the finished executions of one status, in the order in which they were scheduled.
     *
     * @param scheduledAt null before the first
     */
    record Position(OffsetDateTime scheduledAt, String id) {

        /** Before the first. */
        public static final Position START = new Position(null, "");
    }

    /**
     * What one step has done.
     *
     * @param mine whether it was this instance's turn; nothing was done otherwise
     * @param seen executions looked at
     * @param deleted executions deleted, with all that hangs on them
     * @param last the last one that was looked at, null if none
     * @param overdueSeconds for how long the last one ought to have been gone; 0 if it is not due, or there is none
     */
    record Step(boolean mine, int seen, int deleted, Position last, double overdueSeconds) {}

    /**
     * Deletes some executions that ended with that status at least that long ago, in one short transaction. It waits for no lock:
     * an execution that somebody works on is left for later, as is one whose parent is active and may still ask for its result.
     *
     * @param most executions looked at
     */
    Uni<Step> deleteSome(ExecutionStatus status, Duration age, Position after, int most);
}
