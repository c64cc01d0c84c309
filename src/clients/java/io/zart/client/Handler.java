package io.zart.client;

/**
 * The body of a task. It is run from the top each time the task is claimed: recorded steps return at once.
 *
 * @param <I> its payload, read from JSON
 * @param <O> its result, written as JSON
 */
@FunctionalInterface
public interface Handler<I, O> {

    /** The body. What it throws fails the run, with its message kept. */
    O run(TaskContext context, I payload) throws Exception;
}
