package io.zart.server.engine;

import io.zart.server.execution.Execution;

/** Is told what the engine has committed. Must not block. */
public interface EngineListener {

    /** A run has ended. */
    void runEnded(Execution execution);

    /** The record of an active execution has changed. */
    void runChanged(String executionId);

    /**
     * A run that was to end here has ended already, or is not held here any more. It may have been this instance that ended it,
     * by a write whose answer was lost.
     */
    void runGone(String executionId);

    /**
     * A step has an outcome.
     *
     * @param dead whether it ended with an error
     */
    void stepEnded(String stepName, boolean dead, long elapsedMicros);

    /** An activation begins. */
    default void activationBegan(ClaimedTask task) {}

    /** A step of an activation has an outcome; tells {@link #stepEnded}, too. */
    default void stepRecorded(Lease lease, String stepName, boolean dead, long elapsedMicros) {
        stepEnded(stepName, dead, elapsedMicros);
    }

    /** An activation is over: its run has ended, is parked, or has lost its lease. */
    default void activationEnded(Lease lease) {}

    /** Work of that task name may be due in so many milliseconds (0: now); any instance may take it. */
    default void workDue(String taskName, long inMillis) {}

    /** So many leases were renewed. */
    void leasesRenewed(int count);
}
