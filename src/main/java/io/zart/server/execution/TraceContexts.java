package io.zart.server.execution;

import io.smallrye.mutiny.Uni;

/** The trace contexts of callers, kept with what they started. Non-blocking. */
public interface TraceContexts {

    /** Where that execution and its current run have begun; {@link TraceOrigin#NONE} when it is unknown. */
    Uni<TraceOrigin> of(String executionId);
}
