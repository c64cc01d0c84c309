package io.zart.server.engine;

import io.zart.server.execution.Execution;
import java.util.List;
import java.util.Map;

/**
 * A task together with all that an activation needs.
 *
 * @param execution the record as of the claim, status running
 * @param eventCount events ever delivered in this run; a park for an event must name it
 * @param deadlineMillis until the run's deadline, null if it has none
 * @param spentMillis since the run may run
 * @param events not yet taken, ascending
 * @param idleClaims claims in a row, this one included, after which nothing was recorded
 * @param earlierAttempts attempts made in earlier runs by step name (a carried step counts once, where it ran)
 * @param deadlineSpentMillis since it may run, or since an operator has reopened it
 */
public record ClaimedTask(
        Lease lease,
        Execution execution,
        int eventCount,
        Long deadlineMillis,
        long spentMillis,
        int idleClaims,
        List<RecordedStep> steps,
        List<BufferedEvent> events,
        Map<String, Integer> earlierAttempts,
        long deadlineSpentMillis) {

    /** A task that nobody has reopened. */
    public ClaimedTask(
            Lease lease,
            Execution execution,
            int eventCount,
            Long deadlineMillis,
            long spentMillis,
            int idleClaims,
            List<RecordedStep> steps,
            List<BufferedEvent> events,
            Map<String, Integer> earlierAttempts) {
        this(
                lease,
                execution,
                eventCount,
                deadlineMillis,
                spentMillis,
                idleClaims,
                steps,
                events,
                earlierAttempts,
                spentMillis);
    }
}
