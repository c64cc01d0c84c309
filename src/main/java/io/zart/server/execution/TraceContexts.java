package io.zart.server.execution;

import io.smallrye.mutiny.Uni;

/** The trace contexts of callers, kept with what they started. Non-blocking. */
public interface TraceContexts {

    /** The {@code traceparent} of whoever started that execution; null when there was none or the execution is unknown. */
    Uni<String> of(String executionId);
}
