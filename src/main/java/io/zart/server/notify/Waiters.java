package io.zart.server.notify;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStore;
import io.zart.server.execution.Started;
import io.zart.server.execution.Waits;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The parked waits of this instance. The row is the truth, a notification is a hint: a waiter is registered first, then the row
 * is read, and a safety read now and then covers lost hints. Safe for use by any thread; never blocks.
 */
public final class Waiters implements Waits {

    private static final int MOST_PARKED = 50_000;

    private final Vertx vertx;
    private final KnownExecutions known;
    private final Announcer announcer;
    private final Consumer<Execution> onEnd;
    private final Parked parked = new Parked();
    private final Places places;
    private final ParkedReads reads;
    private volatile boolean draining;

    /** A registry with the default limit. */
    public Waiters(Vertx vertx, ExecutionStore store, Announcer announcer, Consumer<Execution> onEnd) {
        this(vertx, store, announcer, onEnd, MOST_PARKED);
    }

    /**
     * A registry without parked waits.
     *
     * @param onEnd is told each end of a run that this instance has committed; must not block
     * @param mostParked waits and streams at once; further ones are refused
     */
    public Waiters(Vertx vertx, ExecutionStore store, Announcer announcer, Consumer<Execution> onEnd, int mostParked) {
        this(vertx, store, announcer, onEnd, mostParked, delay -> {});
    }

    /**
     * A registry without parked waits.
     *
     * @param onWakeUp is told how long after the end of a run its waits were woken; must not block
     */
    public Waiters(
            Vertx vertx,
            ExecutionStore store,
            Announcer announcer,
            Consumer<Execution> onEnd,
            int mostParked,
            Consumer<Duration> onWakeUp) {
        this.vertx = vertx;
        this.known = new KnownExecutions(store);
        this.announcer = announcer;
        this.onEnd = onEnd;
        this.places = new Places(mostParked);
        this.reads = new ParkedReads(vertx, store, parked, onWakeUp);
    }

    static DomainException shuttingDown() {
        return new DomainException(ErrorCode.SHUTTING_DOWN, "the server is shutting down");
    }

    @Override
    public Uni<Execution> await(String id, Duration timeout) {
        if (timeout.isZero()) {
            return known.one(id).onItem().transform(execution -> {
                if (!execution.status().terminal()) {
                    throw OneWait.timedOut(id, timeout);
                }
                return execution;
            });
        }
        return places.hold(Uni.createFrom().emitter(emitter -> {
            OneWait wait = new OneWait(vertx, parked, id, timeout, emitter);
            parked.add(id, wait);
            emitter.onTermination(wait::leave);
            known.one(id).subscribe().with(execution -> look(wait, execution), wait::fail);
        }));
    }

    @Override
    public Uni<Execution> awaitStarted(String id, Duration timeout, Uni<Started> start) {
        return places.hold(Uni.createFrom().emitter(emitter -> {
            StartWait wait = new StartWait(vertx, parked, id, timeout, emitter);
            parked.add(id, wait);
            emitter.onTermination(wait::leave);
            start.subscribe()
                    .with(
                            started -> {
                                wait.started(started.execution());
                                if (draining) {
                                    wait.drained();
                                }
                            },
                            wait::fail);
        }));
    }

    @Override
    public Uni<List<Execution>> awaitMany(List<String> ids, boolean all, Duration timeout) {
        Set<String> distinct = new LinkedHashSet<>(ids);
        Uni<Map<String, Execution>> enough = places.hold(Uni.createFrom().emitter(emitter -> {
            ManyWait wait = new ManyWait(vertx, parked, distinct, all, timeout, emitter);
            distinct.forEach(id -> parked.add(id, wait));
            emitter.onTermination(wait::leave);
            known.all(distinct)
                    .subscribe()
                    .with(
                            found -> {
                                found.values().forEach(wait::seen);
                                if (timeout.isZero()) {
                                    wait.timeOut();
                                } else if (draining) {
                                    wait.drained();
                                }
                            },
                            wait::fail);
        }));
        return enough.onItem()
                .transformToUni(ended -> ended.size() == distinct.size()
                        ? Uni.createFrom().item(ended)
                        : known.all(distinct).onItem().transform(current -> {
                            current.putAll(ended);
                            return current;
                        }))
                .onItem()
                .transform(records -> ids.stream().map(records::get).toList());
    }

    @Override
    public Multi<Execution> changes(String id) {
        return places.hold(Multi.createFrom().emitter(emitter -> {
            Stream stream = new Stream(parked, id, emitter);
            parked.add(id, stream);
            emitter.onTermination(stream::leave);
            known.one(id).subscribe().with(execution -> look(stream, execution), stream::fail);
        }));
    }

    @Override
    public void ended(Execution execution) {
        reads.show(execution);
        announcer.ended(execution.id());
        onEnd.accept(execution);
    }

    @Override
    public void changed(String id) {
        changed(List.of(id));
        announcer.changed(id);
    }

    /** These executions have changed, and have not ended: for streams. */
    public void changed(List<String> ids) {
        reads.changed(ids);
    }

    /** That run may have ended, and it is not sure that whoever ended it tells of it. */
    public void gone(String id) {
        wake(List.of(id));
        announcer.ended(id);
    }

    /** These executions may have ended: those that somebody waits for are read, together. */
    public void wake(List<String> ids) {
        reads.wake(ids);
    }

    /** Looks at all that somebody waits for. */
    public void wakeAll() {
        reads.wakeAll();
    }

    /**
     * Looks at all that somebody waits for now and then, more often while hints do not arrive.
     *
     * @return the timer
     */
    public long keepSafe(BooleanSupplier hintsArrive) {
        return reads.keepSafe(hintsArrive);
    }

    /** Answers every parked wait, and every later one that would park. */
    public void drain() {
        draining = true;
        parked.drain();
    }

    /** Ids that somebody waits for. */
    public int waitedFor() {
        return parked.ids().size();
    }

    private void look(Waiter waiter, Execution execution) {
        waiter.seen(execution);
        if (draining) {
            waiter.drained();
        }
    }
}
