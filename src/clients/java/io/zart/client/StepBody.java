package io.zart.client;

/**
 * The work of a step. Interrupted when its result is not wanted any more.
 *
 * @param <T> its result, written as JSON
 */
@FunctionalInterface
public interface StepBody<T> {

    /** Does it. */
    T run(Attempt attempt) throws Exception;
}
