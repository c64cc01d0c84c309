package io.zart.server.worker;

import io.zart.server.engine.Lease;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.worker.WorkerStore.Standing;

/** What a worker is told whose command was refused. */
final class LostLease {

    private LostLease() {}

    /** @param standing null when the execution is unknown */
    static VerdictView of(Lease lease, Standing standing) {
        if (standing == null) {
            return VerdictView.lost("the execution is unknown");
        }
        if (standing.runIndex() != lease.runIndex()) {
            return VerdictView.lost("another run has replaced this one");
        }
        if (standing.status().equals(ExecutionStatus.CANCELLED.wire())) {
            return VerdictView.cancelled("the execution was cancelled");
        }
        if (!standing.status().equals("active")) {
            return VerdictView.lost("the run has ended: it is " + standing.status());
        }
        return standing.epoch() == lease.epoch() && !standing.held()
                ? VerdictView.lost("this token has parked or released the task")
                : VerdictView.lost("the task has been claimed since");
    }

    /** The same for a park, which may have taken effect already. */
    static VerdictView ofPark(Lease lease, Standing standing) {
        boolean parkedByThis = standing != null
                && standing.status().equals("active")
                && standing.epoch() == lease.epoch()
                && !standing.held();
        return parkedByThis ? VerdictView.parkedAt() : of(lease, standing);
    }

    /** The same for an end, which may have taken effect already. */
    static VerdictView ofEnd(Lease lease, Standing standing, ExecutionStatus end) {
        boolean endedByThis = standing != null
                && standing.runIndex() == lease.runIndex()
                && standing.epoch() == lease.epoch()
                && standing.status().equals(end.wire());
        return endedByThis ? VerdictView.alreadyRecorded(null) : of(lease, standing);
    }
}
