package io.zart.server.execution;

import java.time.Duration;

/** How the services hand work to the engine of this instance. Never blocks. */
public interface Dispatch {

    /** A place for an eager start, or null when this instance does not host the task name, has no room or must not begin it now. */
    Slot reserve(String executionId, String taskName);

    /** A reserved place; either {@link #run} or {@link #abandon} must be called once. */
    interface Slot {
        /** Who holds the lease of the inserted task. */
        String holder();

        /** Length of that lease. */
        Duration lease();

        /**
         * Runs the inserted execution; its commit is known.
         *
         * @param timeoutMillis until the run's deadline, null if it has none
         */
        void run(Execution inserted, Long timeoutMillis);

        /** Gives the place back. */
        void abandon();
    }

    /** Work of that name may be due in so many milliseconds (0: now); any instance may take it. */
    void workDue(String taskName, long inMillis);

    /** The run of that execution was replaced by a new one: whoever holds it stops; who waits for the execution waits on. */
    void replaced(String executionId);

    /** The run of that execution was ended from outside (cancelled): whoever holds it stops at its next checkpoint. */
    void ended(Execution execution);
}
