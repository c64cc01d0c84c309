package io.zart.server.execution;

/**
 * The traces in which an execution and its current run have begun.
 *
 * @param starter the {@code traceparent} of whoever started the execution; null for none
 * @param runStarter that of whoever began its current run later, or reopened it; null for none
 * @param epochBefore the last fencing token before the run began: the next one is that of its first activation.
 *     Once the run has ended, the last one that it had
 * @param ended whether the run has ended
 */
public record TraceOrigin(String starter, String runStarter, long epochBefore, boolean ended) {

    /** Of an execution that is unknown. */
    public static final TraceOrigin NONE = new TraceOrigin(null, null, 0, false);
}
