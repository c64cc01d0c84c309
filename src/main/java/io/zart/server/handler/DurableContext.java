package io.zart.server.handler;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What a blocking body can do. Each name is unique in a run; a name used again gets {@code #2}, {@code #3}, …. To be used from
 * the thread of the body only.
 */
public interface DurableContext {

    /** The execution. */
    String executionId();

    /** The run, from 0. */
    int runIndex();

    /** Whether the run is known to have been ended from outside: a long step should stop. */
    boolean cancelled();

    /**
     * A step: its first recorded result is what every later activation gets.
     *
     * @throws StepFailedException when it is dead
     */
    <T> T step(String name, Class<T> type, StepOptions options, StepBody<T> body);

    /** A step that is tried once. */
    default <T> T step(String name, Class<T> type, Callable<T> body) {
        return step(name, type, StepOptions.ONCE, attempt -> body.call());
    }

    /** A step with retries. */
    default <T> T step(String name, Class<T> type, RetryPolicy retry, Callable<T> body) {
        return step(name, type, StepOptions.retrying(retry), attempt -> body.call());
    }

    /** Steps at the same time, each with its own policy; the results in the order of the branches, once all have ended. */
    <T> List<BranchResult<T>> parallel(List<Branch<T>> branches);

    /** A durable sleep. */
    void sleep(String name, Duration length);

    /**
     * Waits for an event.
     *
     * @param timeout null for none
     * @throws EventTimeoutException when it passes
     */
    <T> T waitForEvent(String name, Class<T> type, Duration timeout);

    /** A value that is taken once and is the same in every later activation: the time, a random number. */
    <T> T capture(String name, Class<T> type, Callable<T> value);
}
