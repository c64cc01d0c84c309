package io.zart.client;

/**
 * How a branch of a parallel group ended.
 *
 * @param value its result, if error is null
 * @param error why it is dead, or null
 * @param <T> its result
 */
public record BranchResult<T>(T value, StepFailedException error) {}
