package io.zart.server.handler;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a non-blocking body can do; see {@link DurableContext}. A step begins when its {@code Uni} is subscribed to. */
public interface AsyncDurableContext {

    /** The execution. */
    String executionId();

    /** The run, from 0. */
    int runIndex();

    /** The moment at which the run fails if it has not ended, by the database's clock; null for none. */
    Instant deadline();

    /** Whether the run is known to have been ended from outside. */
    boolean cancelled();

    /** A step; fails with {@link StepFailedException} when it is dead. */
    <T> Uni<T> step(String name, Class<T> type, StepOptions options, Function<Attempt, Uni<T>> body);

    /** A durable sleep. */
    Uni<Void> sleep(String name, Duration length);

    /** A durable sleep that ends at that time of the database's clock; at once if it has passed. */
    Uni<Void> sleepUntil(String name, Instant time);

    /** Starts another execution as a step; the item is its id. See {@link DurableContext#startChild}. */
    Uni<String> startChild(String name, ChildStart child);

    /** Waits until children have ended. See {@link DurableContext#waitForChildren}. */
    <T> Uni<List<ChildResult<T>>> waitForChildren(
            String name, Class<T> type, List<String> ids, ChildMode mode, Duration timeout);

    /** A value that is taken once and is the same in every later activation. */
    <T> Uni<T> capture(String name, Class<T> type, Supplier<T> value);

    /** The time of the database's clock, captured. */
    Uni<Instant> now(String name);

    /** Waits for an event, with a time-out or null; fails with {@link EventTimeoutException} when it passes. */
    <T> Uni<T> waitForEvent(String name, Class<T> type, Duration timeout);
}
