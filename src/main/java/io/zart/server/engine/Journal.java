package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The durable state, as activations and the dispatcher see it. Every write carries the lease and takes effect only if its
 * token is current when the row is locked. Non-blocking; an item means that the commit is known. Failures are infrastructure
 * errors: the same write may be tried again, a repeated one is recognised where the lease is still held.
 */
public interface Journal {

    /**
     * Claims due tasks of those names, oldest first, pushing their due time ahead by the lease.
     *
     * @param limit tasks at the most
     * @return the claimed tasks and when the next one is due
     */
    Uni<Claim> claim(String holder, Collection<String> taskNames, int limit, Duration lease);

    /**
     * The answer to a claim.
     *
     * @param nextDueMillis until the earliest due time of a task of those names that is not due yet, null if there is none
     */
    record Claim(List<ClaimedTask> tasks, Long nextDueMillis) {}

    /** Records the outcome of a step; the first recorded one wins. */
    Uni<Verdict> record(StepOutcome outcome);

    /** Records a failed attempt. */
    Uni<Verdict> recordFailure(FailedAttempt attempt);

    /** Gives the activation up. */
    Uni<Verdict> park(Park park);

    /** The events not taken yet and the count, for an activation whose park was refused; null when the lease is lost. */
    Uni<Events> events(Lease lease);

    /** Events of a run. */
    record Events(int eventCount, List<BufferedEvent> events) {}

    /**
     * Ends the run.
     *
     * @param snapshot the record as of the claim
     * @return the record as it is now, or null when the lease is lost
     */
    Uni<Execution> finish(Lease lease, Execution snapshot, ExecutionStatus end, JsonText result, JsonText error);

    /** Extends leases; the answer holds the execution ids of those that are lost. Rows locked at the moment count as held. */
    Uni<Set<String>> renew(Collection<Lease> leases, Duration lease);

    /** The same, with what the holders are doing, for those who look at the execution. */
    default Uni<Set<String>> renewAll(Collection<Heartbeat> heartbeats, Duration lease) {
        return renew(heartbeats.stream().map(Heartbeat::lease).toList(), lease);
    }

    /** Hands leases back: the tasks are due at once. */
    Uni<Void> release(Collection<Lease> leases);

    /** The children of executions. */
    Children children();

    /** Fails all runs whose deadline has passed; the answer holds their records and when the next deadline is due. */
    Uni<Expired> expireDeadlines();

    /**
     * Runs that met their deadline.
     *
     * @param nextMillis until the next deadline, null if there is none
     */
    record Expired(List<Execution> executions, Long nextMillis) {}
}
