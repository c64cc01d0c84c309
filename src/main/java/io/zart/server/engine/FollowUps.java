package io.zart.server.engine;

import io.zart.server.execution.Execution;
import java.util.function.ObjLongConsumer;

/** Passes the news on and starts what follows from them: the end of a child is work for its parent. */
public final class FollowUps implements EngineListener {

    private final EngineListener listener;
    private final ObjLongConsumer<String> workDue;

    /** @param workDue is told the task name and in how many milliseconds its work is due; must not block */
    public FollowUps(EngineListener listener, ObjLongConsumer<String> workDue) {
        this.listener = listener;
        this.workDue = workDue;
    }

    @Override
    public void runEnded(Execution execution) {
        listener.runEnded(execution);
        if (execution.parent() != null) {
            workDue(execution.parent().taskName(), 0);
        }
    }

    @Override
    public void runChanged(String executionId) {
        listener.runChanged(executionId);
    }

    @Override
    public void runGone(String executionId) {
        listener.runGone(executionId);
    }

    @Override
    public void stepEnded(String stepName, boolean dead, long elapsedMicros) {
        listener.stepEnded(stepName, dead, elapsedMicros);
    }

    @Override
    public void activationBegan(ClaimedTask task) {
        listener.activationBegan(task);
    }

    @Override
    public void stepRecorded(Lease lease, String stepName, boolean dead, long elapsedMicros) {
        listener.stepRecorded(lease, stepName, dead, elapsedMicros);
    }

    @Override
    public void activationEnded(Lease lease) {
        listener.activationEnded(lease);
    }

    @Override
    public void leasesRenewed(int count) {
        listener.leasesRenewed(count);
    }

    @Override
    public void workDue(String taskName, long inMillis) {
        workDue.accept(taskName, inMillis);
    }
}
