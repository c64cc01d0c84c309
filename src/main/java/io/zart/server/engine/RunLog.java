package io.zart.server.engine;

import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Says in the log what somebody may have to look after: what has failed for good, and what is begun again and again. Says where,
 * never with what: messages of errors may hold payloads, and are in the record.
 */
@Singleton
public class RunLog {

    private static final Logger LOG = Logger.getLogger(RunLog.class);

    private final Marking marking;

    RunLog(Marking marking) {
        this.marking = marking;
    }

    /** An activation begins. */
    public void activationBegan(ClaimedTask task) {
        if (task.idleClaims() > 1) {
            marking.run(
                    task.lease(),
                    null,
                    () -> LOG.infof(
                            "Run %d of execution %s is picked up for the time number %d in a row without any progress recorded",
                            (Integer) task.lease().runIndex(), task.lease().executionId(), (Integer)
                                    task.idleClaims()));
        }
    }

    /** A step has used up its attempts. */
    public void stepDied(Lease lease, String step) {
        marking.run(
                lease,
                step,
                () -> LOG.warnf(
                        "Step %s of execution %s, run %d, has failed for good",
                        step, lease.executionId(), lease.runIndex()));
    }

    /** A run has ended. */
    public void runEnded(Execution execution) {
        if (execution.status() == ExecutionStatus.FAILED) {
            Lease lease = new Lease(execution.id(), execution.runIndex(), 0);
            marking.run(
                    lease,
                    null,
                    () -> LOG.warnf(
                            "Execution %s has failed in its run %d", execution.id(), (Integer) execution.runIndex()));
        }
    }
}
