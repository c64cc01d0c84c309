package io.zart.server.worker;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.BufferedEvent;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.engine.RecordedStep;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What remote workers need of the durable state beyond the {@link io.zart.server.engine.Journal}. Non-blocking; an item means
 * that the commit is known. Calls of the moment share statements. Fails like the journal.
 */
public interface WorkerStore {

    /**
     * Claims due tasks of those names, as many as there are holders at the most; the n-th is held by the n-th of them.
     *
     * @param taskNames those that come first are claimed first
     */
    Uni<List<Handed>> claim(List<String> holders, Collection<String> taskNames, Duration lease);

    /**
     * A claimed task.
     *
     * @param slot index of its holder
     * @param expiresAt when its lease ends, by the clock of the database
     * @param expiresNanos the same, or a little earlier, by {@link System#nanoTime}
     * @param deadline of the run, null for none
     */
    record Handed(ClaimedTask task, int slot, Instant expiresAt, long expiresNanos, Instant deadline) {

        /** The same with other steps. */
        Handed with(List<RecordedStep> steps) {
            return new Handed(
                    new ClaimedTask(
                            task.lease(),
                            task.execution(),
                            task.eventCount(),
                            task.deadlineMillis(),
                            task.spentMillis(),
                            task.idleClaims(),
                            steps,
                            task.events(),
                            task.earlierAttempts(),
                            task.deadlineSpentMillis()),
                    slot,
                    expiresAt,
                    expiresNanos,
                    deadline);
        }
    }

    /** Of each of those names whether a task is due, and when the next will be, if within a second. */
    Uni<List<Due>> due(Collection<String> taskNames);

    /**
     * A due time.
     *
     * @param millis from now, not positive for one that has come
     */
    record Due(String taskName, long millis) {}

    /**
     * What is known of some steps of a run that is held, and of its events.
     *
     * @param events whether the events matter
     * @return null when the lease is lost
     */
    Uni<Known> known(Lease lease, Collection<String> steps, boolean events);

    /**
     * What is known of a run.
     *
     * @param steps by name; those that have no row are absent
     * @param retried waits that timed out and that an operator has retried, with the number of their last attempt: they begin anew
     * @param events not yet taken, ascending
     */
    record Known(
            int eventCount, Map<String, RecordedStep> steps, Map<String, Integer> retried, List<BufferedEvent> events) {

        /** The number of the attempt that a wait of that name is. */
        int attempt(String wait) {
            RecordedStep entered = steps.get(wait);
            return entered == null ? retried.getOrDefault(wait, 0) + 1 : entered.attempt();
        }
    }

    /** Shows a step as running; false when the lease is lost. */
    Uni<Boolean> working(Lease lease, Working step);

    /** A step in work. */
    record Working(String name, int position, Integer group, int attempt) {}

    /** Begins a lease anew; null when it is lost. */
    Uni<Instant> extend(Lease lease, Duration length);

    /** Hands a task back, due at once; the task's name, or null when the lease is lost. */
    Uni<String> handBack(Lease lease);

    /** Notes which workers an instance hears of; forgets those that were not heard of for an hour. */
    Uni<Void> heardOf(String instance, Collection<Presence.Worker> workers);

    /** The workers that some instance has heard of in the last minutes, by id. */
    Uni<List<Seen>> seen();

    /**
     * A worker.
     *
     * @param parked its claims that wait at the moment, or did a few seconds ago
     * @param held tasks that it holds now
     */
    record Seen(String id, List<String> taskNames, int parked, Instant seenAt, long held) {}

    /** What has become of the run of a lease that is lost; null when the execution is unknown. */
    Uni<Standing> standing(Lease lease);

    /**
     * How an execution stands.
     *
     * @param status as on the wire, or {@code active}
     * @param epoch the token of its live run, or the last one of its ended run
     * @param held whether somebody holds its live run
     */
    record Standing(String status, int runIndex, long epoch, boolean held) {}
}
