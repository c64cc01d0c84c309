package io.zart.server.notify;

import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.EngineListener;
import io.zart.server.engine.Lease;
import io.zart.server.engine.RunLog;
import io.zart.server.execution.Execution;
import io.zart.server.metrics.ZartMetrics;
import io.zart.server.tracing.Traces;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Passes on what the engine has committed: to the waits, the metrics, the traces and the log. */
@Singleton
public class EngineNews implements EngineListener {

    private static final long NANOS_PER_MICRO = 1_000;

    private final Waiters waiters;
    private final ZartMetrics metrics;
    private final Traces traces;
    private final RunLog log;

    EngineNews(Waiters waiters, ZartMetrics metrics, Traces traces, RunLog log) {
        this.log = log;
        this.waiters = waiters;
        this.metrics = metrics;
        this.traces = traces;
    }

    @Override
    public void activationBegan(ClaimedTask task) {
        traces.activationBegan(task);
        log.activationBegan(task);
    }

    @Override
    public void stepRecorded(Lease lease, String stepName, boolean dead, long elapsedMicros) {
        traces.stepRecorded(lease, stepName, dead, elapsedMicros);
        stepEnded(stepName, dead, elapsedMicros);
        if (dead) {
            log.stepDied(lease, stepName);
        }
    }

    @Override
    public void activationEnded(Lease lease) {
        traces.activationEnded(lease);
    }

    @Override
    public void runEnded(Execution execution) {
        waiters.ended(execution);
        log.runEnded(execution);
    }

    @Override
    public void runChanged(String executionId) {
        waiters.changed(executionId);
    }

    @Override
    public void runGone(String executionId) {
        waiters.gone(executionId);
    }

    @Override
    public void stepEnded(String stepName, boolean dead, long elapsedMicros) {
        metrics.stepEnded(dead ? "failed" : "completed", stepName, Duration.ofNanos(elapsedMicros * NANOS_PER_MICRO));
    }

    @Override
    public void leasesRenewed(int count) {
        metrics.heartbeatRenewals(count);
    }
}
