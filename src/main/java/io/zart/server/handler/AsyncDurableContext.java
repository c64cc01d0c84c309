package io.zart.server.handler;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Function;

/** What a non-blocking body can do; see {@link DurableContext}. A step begins when its {@code Uni} is subscribed to. */
public interface AsyncDurableContext {

    /** The execution. */
    String executionId();

    /** The run, from 0. */
    int runIndex();

    /** Whether the run is known to have been ended from outside. */
    boolean cancelled();

    /** A step; fails with {@link StepFailedException} when it is dead. */
    <T> Uni<T> step(String name, Class<T> type, StepOptions options, Function<Attempt, Uni<T>> body);

    /** A durable sleep. */
    Uni<Void> sleep(String name, Duration length);

    /** Waits for an event, with a time-out or null; fails with {@link EventTimeoutException} when it passes. */
    <T> Uni<T> waitForEvent(String name, Class<T> type, Duration timeout);
}
