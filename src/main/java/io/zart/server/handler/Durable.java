package io.zart.server.handler;

import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Qualifier;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the task of a handler. The class is a CDI bean: give it a scope, such as {@code @ApplicationScoped}. */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.PARAMETER, ElementType.FIELD, ElementType.METHOD})
public @interface Durable {

    /** The task name. */
    String value();

    /** Deadline of a whole run in milliseconds, from when it may start; 0 for none. */
    @Nonbinding
    long deadlineMillis() default 0;
}
