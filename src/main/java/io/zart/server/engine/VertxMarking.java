package io.zart.server.engine;

import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.impl.ContextInternal;
import java.util.Map;
import org.jboss.logging.MDC;

/**
 * Gives each piece of work on an event loop a context of Vert.x of its own, which carries the fields and to which callbacks
 * return. On another thread the thread is marked while the work runs. The work runs at once in either case.
 */
public final class VertxMarking implements Marking {

    @Override
    public void run(Map<String, String> fields, Runnable work) {
        ContextInternal current = ContextInternal.current();
        if (current == null || !current.isEventLoopContext() || !current.inThread()) {
            LogFields.marked(fields, work).run();
            return;
        }
        ContextInternal own = ((ContextInternal) VertxContext.getRootContext(current)).duplicate();
        own.emit(null, ignored -> {
            fields.forEach(MDC::put);
            work.run();
        });
    }
}
