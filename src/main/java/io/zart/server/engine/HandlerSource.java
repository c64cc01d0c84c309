package io.zart.server.engine;

import java.util.Collection;

/** A bean that brings handlers which are not beans themselves: the samples, the service's own. Asked once, at the start. */
@FunctionalInterface
public interface HandlerSource {

    /** Its handlers, made with the given bodies. */
    Collection<RegisteredHandler> handlers(Bodies bodies);
}
