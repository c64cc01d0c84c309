package io.zart.server.store;

import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * Runs an action at the end of the event loop's turn that asks for it, so that all that the turn brings is seen together; at once
 * on a thread that is no event loop. Thread-safe.
 */
final class EndOfTurn {

    private final Runnable action;
    private final IntSupplier gathered;
    private final int enough;
    private final AtomicBoolean comes = new AtomicBoolean();

    /**
     * @param action may be run by several threads at once
     * @param gathered how much there is to be seen by the action
     * @param enough so much does not wait for the end of a turn
     */
    EndOfTurn(Runnable action, IntSupplier gathered, int enough) {
        this.action = action;
        this.gathered = gathered;
        this.enough = enough;
    }

    void run() {
        Context context = Context.isOnEventLoopThread() ? Vertx.currentContext() : null;
        if (context == null || gathered.getAsInt() >= enough) {
            action.run();
        } else if (comes.compareAndSet(false, true)) {
            VertxContext.getRootContext(context).runOnContext(turn -> {
                // First, so that what comes from now on asks for a turn of its own.
                comes.set(false);
                action.run();
            });
        }
    }
}
