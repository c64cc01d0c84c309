package io.zart.server.engine;

import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.impl.ContextInternal;
import org.jboss.logging.MDC;

/**
 * Gives each piece of work on an event loop a context of Vert.x of its own, which carries the fields and to which callbacks
 * return. On another thread the thread is marked while the work runs. The work runs at once in either case. Fields cost some
 * microseconds a step, so that there are none where no log shows them.
 */
public final class VertxMarking implements Marking {

    private final boolean fields;

    /** @param fields whether a log shows them */
    public VertxMarking(boolean fields) {
        this.fields = fields;
    }

    @Override
    public void run(Lease lease, String step, Runnable work) {
        ContextInternal current = ContextInternal.current();
        if (current == null || !current.isEventLoopContext() || !current.inThread()) {
            if (fields) {
                LogFields.marked(LogFields.of(lease, step), work);
            } else {
                work.run();
            }
            return;
        }
        ContextInternal own = ((ContextInternal) VertxContext.getRootContext(current)).duplicate();
        own.emit(null, ignored -> {
            if (fields) {
                LogFields.of(lease, step).forEach(MDC::put);
            }
            work.run();
        });
    }
}
