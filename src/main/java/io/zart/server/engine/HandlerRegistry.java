package io.zart.server.engine;

import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.Durable;
import io.zart.server.handler.DurableHandler;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.inject.Singleton;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Finds the handlers among the beans. Types and names come from the bean metadata, which needs no reflection. */
@Singleton
public class HandlerRegistry {

    private final Instance<DurableHandler<?, ?>> blocking;
    private final Instance<AsyncDurableHandler<?, ?>> async;

    HandlerRegistry(@Any Instance<DurableHandler<?, ?>> blocking, @Any Instance<AsyncDurableHandler<?, ?>> async) {
        this.blocking = blocking;
        this.async = async;
    }

    /**
     * The handlers by task name.
     *
     * @param others handlers that are not beans
     * @throws IllegalStateException if two have one name
     */
    public Map<String, RegisteredHandler> handlers(Bodies bodies, Collection<RegisteredHandler> others) {
        Map<String, RegisteredHandler> found = new HashMap<>();
        others.forEach(handler -> add(found, handler));
        for (Instance.Handle<DurableHandler<?, ?>> handle : blocking.handles()) {
            Type input = inputType(handle.getBean(), DurableHandler.class);
            add(found, registered(handle.getBean(), bodies.blocking(handle.get(), input)));
        }
        for (Instance.Handle<AsyncDurableHandler<?, ?>> handle : async.handles()) {
            Type input = inputType(handle.getBean(), AsyncDurableHandler.class);
            add(found, registered(handle.getBean(), bodies.async(handle.get(), input)));
        }
        return found;
    }

    private static void add(Map<String, RegisteredHandler> found, RegisteredHandler handler) {
        if (found.putIfAbsent(handler.taskName(), handler) != null) {
            throw new IllegalStateException("two handlers for task name '" + handler.taskName() + "'");
        }
    }

    private static RegisteredHandler registered(Bean<?> bean, RegisteredHandler.Body body) {
        return bean.getQualifiers().stream()
                .filter(Durable.class::isInstance)
                .map(Durable.class::cast)
                .findFirst()
                .map(durable -> new RegisteredHandler(durable.value(), durable.deadlineMillis(), body))
                .orElseThrow(() ->
                        new IllegalStateException(bean.getBeanClass().getName() + " is a handler without @Durable"));
    }

    private static Type inputType(Bean<?> bean, Class<?> style) {
        for (Type type : bean.getTypes()) {
            if (type instanceof ParameterizedType parameterized && parameterized.getRawType() == style) {
                return parameterized.getActualTypeArguments()[0];
            }
        }
        throw new IllegalStateException(
                bean.getBeanClass().getName() + " must name the types of its payload and result");
    }
}
