package io.zart.server.engine;

/**
 * The right to write for a run.
 *
 * @param epoch the fencing token: a write with another than the current one is refused
 */
public record Lease(String executionId, int runIndex, long epoch) {}
