package io.zart.server.notify;

import io.zart.server.engine.EngineListener;
import io.zart.server.execution.Execution;
import io.zart.server.metrics.ZartMetrics;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Passes on what the engine has committed: to the waits and to the metrics. */
@Singleton
public class EngineNews implements EngineListener {

    private static final long NANOS_PER_MICRO = 1_000;

    private final Waiters waiters;
    private final ZartMetrics metrics;

    EngineNews(Waiters waiters, ZartMetrics metrics) {
        this.waiters = waiters;
        this.metrics = metrics;
    }

    @Override
    public void runEnded(Execution execution) {
        waiters.ended(execution);
    }

    @Override
    public void runChanged(String executionId) {
        waiters.changed(executionId);
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
