package io.zart.server.execution;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a client may do with executions; the rules of conflicts and states are here. Non-blocking, thread-safe. */
@Singleton
public class ExecutionService {

    private final ExecutionStore store;
    private final Dispatch dispatch;
    private final Waits waits;
    private final WaitingWorkers workers;

    /** A service without remote workers. */
    public ExecutionService(ExecutionStore store, Dispatch dispatch, Waits waits) {
        this(store, dispatch, waits, WaitingWorkers.NONE);
    }

    /** @param workers take what the handlers of this instance do not */
    @Inject
    public ExecutionService(ExecutionStore store, Dispatch dispatch, Waits waits, WaitingWorkers workers) {
        this.store = store;
        this.dispatch = dispatch;
        this.waits = waits;
        this.workers = workers;
    }

    /**
     * Starts an execution, or settles the conflict with an existing one by the policy of the start.
     * Once subscribed it runs to its end, even if the subscription is cancelled.
     */
    public Uni<Started> start(NewExecution start) {
        return Uni.createFrom()
                .deferred(() -> insert(start))
                .flatMap(inserted ->
                        inserted != null ? Uni.createFrom().item(new Started(inserted, true)) : settle(start, true))
                .memoize()
                .indefinitely();
    }

    private Uni<Execution> insert(NewExecution start) {
        if (!start.immediate()) {
            return insertUnclaimed(start);
        }
        Dispatch.Slot slot = dispatch.reserve(start.id(), start.taskName());
        return slot != null
                ? insert(start, slot)
                : workers.reserve(start.id(), start.taskName())
                        .flatMap(place -> place == null ? insertUnclaimed(start) : insert(start, place));
    }

    private Uni<Execution> insertUnclaimed(NewExecution start) {
        return store.insert(start, null, null).invoke(inserted -> {
            if (inserted != null) {
                dispatch.workDue(start.taskName(), untilDue(inserted, start));
            }
        });
    }

    private Uni<Execution> insert(NewExecution start, Dispatch.Slot slot) {
        return store.insert(start, slot.holder(), slot.lease())
                .onFailure()
                .invoke(slot::abandon)
                .invoke(inserted -> {
                    if (inserted == null) {
                        slot.abandon();
                    } else {
                        slot.run(inserted, timeoutMillis(start));
                    }
                });
    }

    private Uni<Started> settle(NewExecution start, boolean again) {
        return require(start.id()).flatMap(existing -> {
            if (!existing.taskName().equals(start.taskName())) {
                throw new DomainException(
                        ErrorCode.TASK_NAME_DIFFERS,
                        "execution '" + start.id() + "' exists with task name '" + existing.taskName() + "', not '"
                                + start.taskName() + "'");
            }
            return switch (start.onConflict()) {
                case RETURN -> Uni.createFrom().item(same(start, existing));
                case REJECT ->
                    throw new DomainException(
                            ErrorCode.EXECUTION_EXISTS,
                            "execution '" + start.id() + "' exists and is " + wire(existing));
                case RESTART -> newRun(start, existing, false, again);
                case REPLACE -> newRun(start, existing, true, again);
            };
        });
    }

    private static Started same(NewExecution start, Execution existing) {
        if (!JsonValues.equal(start.payload(), existing.payload())) {
            throw new DomainException(
                    ErrorCode.PAYLOAD_DIFFERS,
                    "execution '" + start.id() + "' exists with a different payload",
                    Map.of("differs", "payload"));
        }
        return new Started(existing, false);
    }

    private Uni<Started> newRun(NewExecution start, Execution existing, boolean replace, boolean again) {
        if (!replace && !existing.status().terminal()) {
            throw active(existing);
        }
        return store.newRun(start, "restart", null, replace).flatMap(next -> {
            if (next == null) {
                // It changed between the two looks: decide once more by what it is now.
                return again
                        ? settle(start, false)
                        : require(start.id()).map(now -> {
                            throw active(now);
                        });
            }
            dispatch.replaced(next.id());
            dispatch.workDue(next.taskName(), untilDue(next, start));
            waits.changed(next.id());
            return Uni.createFrom().item(new Started(next, true));
        });
    }

    /** The record; 404 if there is none. */
    public Uni<Execution> get(String id) {
        return require(id);
    }

    /** A page. */
    public Uni<List<Execution>> list(ListQuery query) {
        return store.list(query);
    }

    /** Exact counts. */
    public Uni<Stats> stats() {
        return store.stats();
    }

    /** Cancels an active execution; nothing to do when it is cancelled already; 409 when it ended otherwise, 404 unknown. */
    public Uni<Void> cancel(String id) {
        return cancel(id, null);
    }

    /** The same as an operator's act, which is remembered; null when nobody asked for it. */
    public Uni<Void> cancel(String id, Act act) {
        return cancel(id, act, true).memoize().indefinitely();
    }

    private Uni<Void> cancel(String id, Act act, boolean again) {
        return store.cancel(id, act).flatMap(cancelled -> {
            if (cancelled != null) {
                dispatch.ended(cancelled);
                return Uni.createFrom().voidItem();
            }
            return require(id).flatMap(existing -> {
                if (existing.status() == ExecutionStatus.CANCELLED) {
                    return Uni.createFrom().voidItem();
                }
                // A new run may have begun between the two looks.
                if (!existing.status().terminal() && again) {
                    return cancel(id, act, false);
                }
                throw stateRefuses(existing);
            });
        });
    }

    /**
     * Delivers an event to an active execution; 404 unknown, 409 ended.
     *
     * @param dedupKey null for none
     */
    public Uni<EventDelivery> deliver(String id, String eventName, JsonText payload, String dedupKey) {
        return deliver(id, eventName, payload, dedupKey, true).memoize().indefinitely();
    }

    private Uni<EventDelivery> deliver(String id, String event, JsonText payload, String dedupKey, boolean again) {
        return store.deliver(id, event, payload, dedupKey).flatMap(receipt -> {
            if (receipt == null) {
                return require(id).flatMap(existing -> {
                    if (!existing.status().terminal() && again) {
                        return deliver(id, event, payload, dedupKey, false);
                    }
                    throw stateRefuses(existing);
                });
            }
            if (receipt.due()) {
                dispatch.workDue(receipt.taskName(), 0);
            }
            if (receipt.delivery() == EventDelivery.DELIVERED) {
                waits.changed(id);
            }
            return Uni.createFrom().item(receipt.delivery());
        });
    }

    private Uni<Execution> require(String id) {
        return store.find(id).onItem().ifNull().failWith(() -> DomainException.notFound(id));
    }

    private static DomainException active(Execution existing) {
        return new DomainException(
                ErrorCode.EXECUTION_ACTIVE, "execution '" + existing.id() + "' is active: it is " + wire(existing));
    }

    private static DomainException stateRefuses(Execution existing) {
        return existing.status().terminal()
                ? new DomainException(
                        ErrorCode.EXECUTION_ENDED,
                        "execution '" + existing.id() + "' has ended: it is " + wire(existing))
                : active(existing);
    }

    private static String wire(Execution execution) {
        return execution.status().wire();
    }

    private static long untilDue(Execution execution, NewExecution start) {
        if (start.immediate()) {
            return 0;
        }
        return start.delay() != null
                ? start.delay().toMillis()
                : Math.max(
                        0,
                        Duration.between(Instant.now(), execution.scheduledAt()).toMillis());
    }

    private static Long timeoutMillis(NewExecution start) {
        return start.timeout() == null ? null : Long.valueOf(start.timeout().toMillis());
    }
}
