package io.zart.server.handler;

/**
 * The body of a task in plain blocking Java. It runs on a virtual thread where the JVM has them, else on a thread of a bounded
 * pool. After a crash or a wait it runs again from the top: recorded steps return at once. So everything that has an effect,
 * or may differ from one time to the next, belongs into a step.
 *
 * @param <I> the payload, read by Jackson; {@code JsonText} for the exact text
 * @param <O> the result, written by Jackson
 */
public interface DurableHandler<I, O> {

    /** The body. An exception fails the run, with its message kept. */
    O run(DurableContext ctx, I input) throws Exception;

    /** May turn the failure of the body into a result; by default the run fails with it. */
    default O onFailure(I input, Exception failure) throws Exception {
        throw failure;
    }
}
