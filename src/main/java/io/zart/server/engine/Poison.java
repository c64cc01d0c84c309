package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.zart.server.execution.ExecutionStatus;

/**
 * Fails runs that end whoever picks them up: that were claimed many times in a row without any progress recorded. Thread-safe,
 * never blocks.
 */
public final class Poison {

    private final Journal journal;
    private final Codec codec;
    private final EngineListener listener;
    private final int most;

    /** @param most activations without recorded progress after which a run fails */
    public Poison(Journal journal, Codec codec, EngineListener listener, int most) {
        this.journal = journal;
        this.codec = codec;
        this.listener = listener;
        this.most = most;
    }

    /** Whether the task has been picked up too often. */
    public boolean isIn(ClaimedTask task) {
        return task.idleClaims() > most;
    }

    /** Fails the run of a claimed task. If that cannot be stored now, it is tried again when the lease has run out. */
    public void end(ClaimedTask task) {
        String message = "given up: picked up " + most + " times in a row without any progress recorded,"
                + " as if whoever runs it crashed or vanished each time";
        journal.finish(
                        task.lease(),
                        task.execution(),
                        ExecutionStatus.FAILED,
                        null,
                        codec.error(message, "PoisonedTask", null))
                .subscribe()
                .with(
                        ended -> {
                            if (ended != null) {
                                listener.runEnded(ended);
                            }
                        },
                        failure -> Log.warnf(
                                "execution %s not given up yet: %s",
                                task.lease().executionId(), failure.getMessage()));
    }
}
