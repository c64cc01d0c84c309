package io.zart.server.execution;

import io.smallrye.mutiny.Uni;

/** Who can take a new execution at once beside the handlers of this instance: remote workers whose claims wait here. Never blocks. */
@FunctionalInterface
public interface WaitingWorkers {

    /** Nobody. */
    WaitingWorkers NONE = (executionId, taskName) -> Uni.createFrom().nullItem();

    /** A place for an eager start, or null when nobody waits here for that name or its body must not begin now. */
    Uni<Dispatch.Slot> reserve(String executionId, String taskName);
}
