package io.zart.server.execution;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * The durable state, in domain terms, for the routes. Every method is non-blocking; a returned item means that the commit is
 * known. Fails with {@link DomainException} of {@link ErrorCode#DATABASE_UNAVAILABLE} when the database is away and of
 * {@link ErrorCode#OVERLOADED} when the queue is full; nothing was stored then, or the caller cannot know.
 */
public interface ExecutionStore {

    /**
     * Inserts the execution and its task unless the id exists; looks at nothing but the id.
     *
     * @param holder who holds the task from the first moment (eager start), null to leave it claimable
     * @param lease length of that lease
     * @return the new record, or null when the id exists
     */
    Uni<Execution> insert(NewExecution start, String holder, Duration lease);

    /**
     * Begins a new run with the start's payload, archiving the current one; atomically cancels an active one if allowed.
     * The old run is fenced: its holder's later writes are refused.
     *
     * @param replaceActive whether an active run is cancelled; otherwise null is returned
     * @return the new record, or null when the execution is unknown, or active and may not be replaced
     */
    Uni<Execution> newRun(NewExecution start, String trigger, String triggeredBy, boolean replaceActive);

    /** The record, or null. Reads of one moment share one statement. */
    Uni<Execution> find(String id);

    /** The records of those ids that exist, in no particular order. */
    Uni<List<Execution>> findAll(Collection<String> ids);

    /** The records of those of these ids that have ended, in no particular order. */
    Uni<List<Execution>> findEnded(Collection<String> ids);

    /** A page. */
    Uni<List<Execution>> list(ListQuery query);

    /** Exact counts. */
    Uni<Stats> stats();

    /**
     * Ends the active run as cancelled.
     *
     * @param act what is remembered of it; null when nobody asked for it
     * @return the record afterwards, or null when the execution is unknown or not active
     */
    Uni<Execution> cancel(String id, Act act);

    /**
     * Stores an event of an active execution and wakes the wait for it, if there is one.
     *
     * @param dedupKey null for none
     * @return what became of it, or null when the execution is unknown or not active
     */
    Uni<EventReceipt> deliver(String id, String eventName, JsonText payload, String dedupKey);
}
