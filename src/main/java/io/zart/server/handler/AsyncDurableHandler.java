package io.zart.server.handler;

import io.smallrye.mutiny.Uni;

/**
 * The body of a task that never blocks. It is called on an event loop. Otherwise as {@link DurableHandler}.
 *
 * @param <I> the payload
 * @param <O> the result
 */
public interface AsyncDurableHandler<I, O> {

    /** The body. A failure fails the run, with its message kept. */
    Uni<O> run(AsyncDurableContext ctx, I input);

    /** May turn the failure of the body into a result; by default the run fails with it. */
    default Uni<O> onFailure(I input, Throwable failure) {
        return Uni.createFrom().failure(failure);
    }
}
