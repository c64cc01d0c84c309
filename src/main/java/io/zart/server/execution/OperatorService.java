package io.zart.server.execution;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.OperatorStore.Rerun;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * What an operator may read and do; the rules of states are here. An act runs to its end once subscribed, even if the
 * subscription is cancelled. Non-blocking, thread-safe.
 */
@Singleton
public class OperatorService {

    /** Looks at an execution that changes just when it is looked at. */
    private static final int MOST_LOOKS = 10;

    private final OperatorStore store;
    private final ExecutionStore executions;
    private final Dispatch dispatch;
    private final Waits waits;

    public OperatorService(OperatorStore store, ExecutionStore executions, Dispatch dispatch, Waits waits) {
        this.store = store;
        this.executions = executions;
        this.dispatch = dispatch;
        this.waits = waits;
    }

    /**
     * The execution with its runs and the steps of one; 404 when one of them is unknown.
     *
     * @param runId null for the current run
     */
    public Uni<History> history(String id, String runId) {
        Integer index = runId == null ? null : Integer.valueOf(RunRecord.indexOf(id, runId));
        return store.history(id, index)
                .onItem()
                .ifNull()
                .failWith(() -> DomainException.notFound(id))
                .invoke(history -> {
                    if (history.run() == null) {
                        throw new DomainException(
                                ErrorCode.RUN_NOT_FOUND, "execution '" + id + "' has no run '" + runId + "'");
                    }
                });
    }

    /** The runs, ascending; 404 when the execution is unknown. */
    public Uni<List<RunRecord>> runs(String id) {
        return store.runs(id).invoke(runs -> {
            if (runs.isEmpty()) {
                throw DomainException.notFound(id);
            }
        });
    }

    /**
     * Retries a dead step of a failed run, which goes on; 404 unknown execution or step, 409 when the step is not dead or the
     * execution has not failed.
     *
     * @return the id of the task that goes on with the run
     */
    public Uni<String> retryStep(String id, String stepName, Act act) {
        return store.retryStep(id, stepName, act)
                .flatMap(reopened -> {
                    if (reopened == null) {
                        return refusedRetry(id, stepName);
                    }
                    dispatch.workDue(reopened.execution().taskName(), 0);
                    waits.changed(id);
                    return Uni.createFrom().item(reopened.taskId());
                })
                .memoize()
                .indefinitely();
    }

    private Uni<String> refusedRetry(String id, String stepName) {
        return history(id, null).map(history -> {
            StepRecord step = history.steps().stream()
                    .filter(each -> each.name().equals(stepName))
                    .findFirst()
                    .orElseThrow(() -> new DomainException(
                            ErrorCode.STEP_NOT_FOUND,
                            "execution '" + id + "' has no step '" + stepName + "' in its current run"));
            ExecutionStatus status = history.execution().status();
            if (status != ExecutionStatus.FAILED) {
                throw new DomainException(
                        status.terminal() ? ErrorCode.EXECUTION_ENDED : ErrorCode.EXECUTION_ACTIVE,
                        "execution '" + id + "' is " + status.wire() + ": only a step of a failed run can be retried");
            }
            throw new DomainException(
                    ErrorCode.STEP_NOT_DEAD,
                    "step '" + stepName + "' is " + step.status().wire() + ", not dead");
        });
    }

    /**
     * Begins a new run from the top; 404 unknown.
     *
     * @param payload null for the payload of the current run
     * @return the new record
     */
    public Uni<Execution> restart(String id, JsonText payload, Act act) {
        return settled(id, () -> store.restart(id, payload, act))
                .map(this::begun)
                .memoize()
                .indefinitely();
    }

    /**
     * Begins a new run that carries completed steps over; 404 unknown, 422 for a step to be rerun that is unknown.
     *
     * @param rerunSteps steps that run again, beside the dead ones
     * @param preserveSteps completed steps that are carried over all the same
     * @param dryRun whether only to tell what would be done
     */
    public Uni<Rerun> rerun(
            String id, Collection<String> rerunSteps, Collection<String> preserveSteps, boolean dryRun, Act act) {
        OperatorStore.RerunRule rule = steps -> RerunPlan.of(steps, rerunSteps, preserveSteps);
        return settled(id, () -> store.rerun(id, rule, dryRun, act))
                .invoke(rerun -> {
                    if (rerun.begun() != null) {
                        begun(rerun.begun());
                    }
                })
                .memoize()
                .indefinitely();
    }

    private <T> Uni<T> settled(String id, Supplier<Uni<T>> act) {
        return settled(id, act, 1);
    }

    private <T> Uni<T> settled(String id, Supplier<Uni<T>> act, int look) {
        return act.get()
                .flatMap(done -> done != null
                        ? Uni.createFrom().item(done)
                        : executions.find(id).flatMap(existing -> {
                            if (existing == null) {
                                throw DomainException.notFound(id);
                            }
                            if (look == MOST_LOOKS) {
                                throw new DomainException(
                                        ErrorCode.EXECUTION_ACTIVE,
                                        "execution '" + id + "' is "
                                                + existing.status().wire() + " and changes too often, try again");
                            }
                            return settled(id, act, look + 1);
                        }));
    }

    /** Whoever holds an earlier run stops; who waits for the execution waits on, for it has not ended. */
    private Execution begun(Execution next) {
        dispatch.replaced(next.id());
        dispatch.workDue(next.taskName(), 0);
        waits.changed(next.id());
        return next;
    }

    /**
     * Remembered acts, newest first; 404 when the execution is unknown and nothing is remembered of it.
     *
     * @param executionId null for the acts on all
     * @param before only those with a smaller sequence number, null for the newest
     */
    public Uni<List<AuditEntry>> audit(String executionId, Long before, int limit) {
        return store.audit(executionId, before, limit).flatMap(entries -> {
            if (executionId == null || !entries.isEmpty()) {
                return Uni.createFrom().item(entries);
            }
            return executions
                    .find(executionId)
                    .onItem()
                    .ifNull()
                    .failWith(() -> DomainException.notFound(executionId))
                    .replaceWith(entries);
        });
    }
}
