package io.zart.server.handler;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a blocking body can do. Each name is unique in a run; a name used again gets {@code #2}, {@code #3}, …. To be used from
 * the thread of the body only.
 */
public interface DurableContext {

    /** The execution. */
    String executionId();

    /** The run, from 0. */
    int runIndex();

    /** The moment at which the run fails if it has not ended, by the database's clock; null for none. */
    Instant deadline();

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

    /**
     * A step whose writes to the service's own database, through its data source, are committed together with its record: they
     * happen exactly once. An attempt that fails is rolled back. Not for a branch of a parallel group.
     */
    <T> T stepInTransaction(String name, Class<T> type, StepOptions options, StepBody<T> body);

    /** Steps at the same time, each with its own policy; the results in the order of the branches, once all have ended. */
    <T> List<BranchResult<T>> parallel(List<Branch<T>> branches);

    /**
     * Branches at the same time, of which the first that succeeds decides; which one it was is recorded under the name. The
     * others are not waited for: what they have not recorded by the end of the run is dropped.
     *
     * @throws StepFailedException the error of the last branch when none succeeds
     */
    <T> T any(String name, List<Branch<T>> branches);

    /** A durable sleep. */
    void sleep(String name, Duration length);

    /** A durable sleep that ends at that time of the database's clock; at once if it has passed. */
    void sleepUntil(String name, Instant time);

    /**
     * Waits for an event.
     *
     * @param timeout null for none
     * @throws EventTimeoutException when it passes
     */
    <T> T waitForEvent(String name, Class<T> type, Duration timeout);

    /**
     * Starts another execution as a step.
     *
     * @return its id
     * @throws StepFailedException when the id belongs to another execution
     */
    String startChild(String name, ChildStart child);

    /**
     * Waits until children of this execution have ended. One that failed or was cancelled does not fail the wait.
     *
     * @param ids 1 to 100 of them
     * @param timeout null for none
     * @return all of them in that order, or those that have ended when one is enough
     * @throws EventTimeoutException when the time passes
     */
    <T> List<ChildResult<T>> waitForChildren(
            String name, Class<T> type, List<String> ids, ChildMode mode, Duration timeout);

    /**
     * Starts a child and waits for its result; recorded as the steps {@code name} and {@code name.result}.
     *
     * @throws ChildFailedException when it fails or is cancelled
     */
    default <T> T child(String name, Class<T> type, ChildStart child) {
        String id = startChild(name, child);
        ChildResult<T> result = waitForChildren(name + ".result", type, List.of(id), ChildMode.ALL, null)
                .get(0);
        if (!result.completed()) {
            throw new ChildFailedException(name + ".result", result);
        }
        return result.value();
    }

    /** A value that is taken once and is the same in every later activation: the time, a random number. */
    <T> T capture(String name, Class<T> type, Callable<T> value);

    /** The time of the database's clock, captured. */
    Instant now(String name);

    /** A random number from 0 to 1, captured. */
    default double random(String name) {
        return capture(name, Double.class, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** A random id, captured. */
    default UUID randomId(String name) {
        return capture(name, UUID.class, UUID::randomUUID);
    }
}
