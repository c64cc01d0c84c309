package io.zart.server.execution;

/** Knows the trace of the request that is being served. */
@FunctionalInterface
public interface CallerTrace {

    /** The context of the request that is served on this thread as a {@code traceparent}; null for none. */
    String current();
}
