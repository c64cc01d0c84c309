package io.zart.server.execution;

/**
 * The execution whose body started another one.
 *
 * @param runIndex the run that started it
 */
public record Parent(String executionId, int runIndex, String taskName) {}
