package io.zart.server.execution;

/**
 * The answer to a start.
 *
 * @param created whether a run began; false: the execution existed and was left alone
 */
public record Started(Execution execution, boolean created) {}
