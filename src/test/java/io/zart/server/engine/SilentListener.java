package io.zart.server.engine;

import io.zart.server.execution.Execution;

/** Hears what an engine has committed, and does nothing. */
final class SilentListener implements EngineListener {

    @Override
    public void runEnded(Execution execution) {}

    @Override
    public void runChanged(String executionId) {}

    @Override
    public void runGone(String executionId) {}

    @Override
    public void stepEnded(String stepName, boolean dead, long elapsedMicros) {}

    @Override
    public void leasesRenewed(int count) {}
}
