package io.zart.client;

/**
 * A step of a parallel group.
 *
 * @param <T> its result
 */
public record Branch<T>(String name, Class<T> type, StepOptions options, StepBody<T> body) {}
