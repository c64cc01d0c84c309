package io.zart.server.execution;

import java.util.List;

/**
 * An execution with its runs and the steps of one of them, as of one moment.
 *
 * @param runs ascending by index
 * @param run whose steps these are; null when it does not exist
 * @param steps in the order in which the run reached them
 */
public record History(Execution execution, List<RunRecord> runs, RunRecord run, List<StepRecord> steps) {

    /** Whether an operator may retry that step: it is dead, and its run is the current one and has failed. */
    public boolean retryable(StepRecord step) {
        return step.status() == StepStatus.DEAD
                && run.index() == execution.runIndex()
                && execution.status() == ExecutionStatus.FAILED;
    }
}
