package io.zart.server.handler;

/**
 * The work of a step, blocking.
 *
 * @param <T> its result
 */
@FunctionalInterface
public interface StepBody<T> {

    /** One attempt. */
    T run(Attempt attempt) throws Exception;
}
