package io.zart.server.execution;

import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * What operators read and do, on the durable state. Every act remembers itself in the same transaction. Non-blocking; fails as
 * {@link ExecutionStore} does.
 */
public interface OperatorStore {

    /**
     * The execution, its runs and the steps of one run, as of one moment.
     *
     * @param runIndex the run whose steps are wanted, null for the current one
     * @return null when the execution is unknown; without a run when that run is
     */
    Uni<History> history(String id, Integer runIndex);

    /** Runs ascending by index; empty when the execution is unknown. */
    Uni<List<RunRecord>> runs(String id);

    /**
     * Reopens the failed current run at a dead step, whose attempts become history and whose policy begins again.
     *
     * @return the record afterwards and the id of the new task, or null when the state does not allow it
     */
    Uni<Reopened> retryStep(String id, String stepName, Act act);

    /**
     * A reopened run.
     *
     * @param taskId names the task that goes on with it
     */
    record Reopened(Execution execution, String taskId) {}

    /**
     * Begins a new run from the top; an active run is cancelled first and fenced.
     *
     * @param payload null for the payload of the current run
     * @return null when the execution is unknown, or changes at this moment
     */
    Uni<Execution> restart(String id, JsonText payload, Act act);

    /**
     * Begins a new run that carries steps of the current one over, as the rule says; an active run is cancelled first and
     * fenced. The rule sees the steps while nothing can add to them; what it throws is what this fails with.
     *
     * @param dryRun whether only to tell what would be done
     * @return null when the execution is unknown, or changes at this moment
     */
    Uni<Rerun> rerun(String id, RerunRule rule, boolean dryRun, Act act);

    /** Decides from the steps of the current run what a rerun does. */
    @FunctionalInterface
    interface RerunRule {
        /** The plan. */
        RerunPlan plan(List<StepRecord> steps);
    }

    /**
     * A rerun.
     *
     * @param newRunIndex the index that the new run has, or would have
     * @param begun the new record, null in a dry run
     */
    record Rerun(int newRunIndex, RerunPlan plan, Execution begun) {}

    /**
     * Acts, newest first.
     *
     * @param executionId null for all
     * @param before only those with a smaller sequence number, null for all
     */
    Uni<List<AuditEntry>> audit(String executionId, Long before, int limit);
}
