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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The parked waits of this instance. The row is the truth, a notification is a hint: a waiter is registered first, then the row
 * is read, and a safety read now and then covers lost hints. Safe for use by any thread; never blocks.
 */
public final class Waiters implements Waits {

    private static final int MOST_IN_ONE_READ = 1_000;
    private static final long SAFETY_MILLIS = 5_000;
    private static final long SAFETY_MILLIS_WHILE_DOWN = 1_000;

    private static final int MOST_PARKED = 50_000;

    private final Vertx vertx;
    private final int mostParked;
    private final AtomicInteger places = new AtomicInteger();
    private final ExecutionStore store;
    private final Announcer announcer;
    private final Consumer<Execution> onEnd;
    private final Consumer<Duration> onWakeUp;
    private final Parked parked = new Parked();
    private final Coalescer<String> reads;
    private volatile boolean draining;
    private volatile long lastSafetyRead = System.nanoTime();

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
        this.mostParked = mostParked;
        this.vertx = vertx;
        this.store = store;
        this.announcer = announcer;
        this.onEnd = onEnd;
        this.onWakeUp = onWakeUp;
        this.reads = new Coalescer<>(vertx, MOST_IN_ONE_READ, 0, this::read);
    }

    static DomainException shuttingDown() {
        return new DomainException(ErrorCode.SHUTTING_DOWN, "the server is shutting down");
    }

    @Override
    public Uni<Execution> await(String id, Duration timeout) {
        if (timeout.isZero()) {
            return known(id).onItem().transform(execution -> {
                if (!execution.status().terminal()) {
                    throw OneWait.timedOut(id, timeout);
                }
                return execution;
            });
        }
        return Uni.createFrom().emitter(emitter -> {
            Runnable leavePlace = place();
            if (leavePlace == null) {
                emitter.fail(full());
                return;
            }
            OneWait wait = new OneWait(vertx, parked, id, timeout, emitter);
            parked.add(id, wait);
            emitter.onTermination(() -> {
                leavePlace.run();
                wait.leave();
            });
            known(id).subscribe().with(execution -> look(wait, execution), wait::fail);
        });
    }

    @Override
    public Uni<Execution> awaitStarted(String id, Duration timeout, Uni<Started> start) {
        return Uni.createFrom().emitter(emitter -> {
            Runnable leavePlace = place();
            if (leavePlace == null) {
                emitter.fail(full());
                return;
            }
            StartWait wait = new StartWait(vertx, parked, id, timeout, emitter);
            parked.add(id, wait);
            emitter.onTermination(() -> {
                leavePlace.run();
                wait.leave();
            });
            start.subscribe()
                    .with(
                            started -> {
                                wait.started(started.execution());
                                if (draining) {
                                    wait.drained();
                                }
                            },
                            wait::fail);
        });
    }

    @Override
    public Uni<List<Execution>> awaitMany(List<String> ids, boolean all, Duration timeout) {
        Set<String> distinct = new LinkedHashSet<>(ids);
        Uni<Map<String, Execution>> enough = Uni.createFrom().emitter(emitter -> {
            Runnable leavePlace = place();
            if (leavePlace == null) {
                emitter.fail(full());
                return;
            }
            ManyWait wait = new ManyWait(vertx, parked, distinct, all, timeout, emitter);
            distinct.forEach(id -> parked.add(id, wait));
            emitter.onTermination(() -> {
                leavePlace.run();
                wait.leave();
            });
            allKnown(distinct)
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
        });
        return enough.onItem()
                .transformToUni(ended -> ended.size() == distinct.size()
                        ? Uni.createFrom().item(ended)
                        : allKnown(distinct).onItem().transform(current -> {
                            current.putAll(ended);
                            return current;
                        }))
                .onItem()
                .transform(records -> ids.stream().map(records::get).toList());
    }

    @Override
    public Multi<Execution> changes(String id) {
        return Multi.createFrom().emitter(emitter -> {
            Runnable leavePlace = place();
            if (leavePlace == null) {
                emitter.fail(full());
                return;
            }
            Stream stream = new Stream(parked, id, emitter);
            parked.add(id, stream);
            emitter.onTermination(() -> {
                leavePlace.run();
                stream.leave();
            });
            known(id).subscribe().with(execution -> look(stream, execution), stream::fail);
        });
    }

    @Override
    public void ended(Execution execution) {
        show(execution);
        announcer.ended(execution.id());
        onEnd.accept(execution);
    }

    @Override
    public void changed(String id) {
        wake(List.of(id));
        announcer.changed(id);
    }

    /** Something may have happened to these executions: those that somebody waits for are read, together. */
    public void wake(List<String> ids) {
        List<String> waitedFor = ids.stream().filter(parked::has).toList();
        if (!waitedFor.isEmpty()) {
            reads.addAll(waitedFor);
        }
    }

    /** Reads all that somebody waits for. */
    public void wakeAll() {
        lastSafetyRead = System.nanoTime();
        if (!parked.ids().isEmpty()) {
            reads.addAll(new ArrayList<>(parked.ids()));
        }
    }

    /**
     * Reads all that somebody waits for now and then, more often while hints do not arrive.
     *
     * @return the timer
     */
    public long keepSafe(BooleanSupplier hintsArrive) {
        return vertx.setPeriodic(SAFETY_MILLIS_WHILE_DOWN, timer -> {
            long since = Duration.ofNanos(System.nanoTime() - lastSafetyRead).toMillis();
            if (!hintsArrive.getAsBoolean() || since >= SAFETY_MILLIS) {
                wakeAll();
            }
        });
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

    /** Takes a place; the answer gives it back, once. Null when there is none. */
    private Runnable place() {
        if (places.incrementAndGet() > mostParked) {
            places.decrementAndGet();
            return null;
        }
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                places.decrementAndGet();
            }
        };
    }

    private DomainException full() {
        return new DomainException(
                ErrorCode.OVERLOADED,
                "this instance holds " + mostParked + " parked waits (zart.limits.parked-waits), try again");
    }

    private void look(Waiter waiter, Execution execution) {
        waiter.seen(execution);
        if (draining) {
            waiter.drained();
        }
    }

    private CompletionStage<?> read(List<String> ids) {
        return store.findAll(ids)
                .onItem()
                .invoke(found -> found.forEach(this::show))
                .subscribeAsCompletionStage();
    }

    private void show(Execution execution) {
        if (execution.status().terminal() && execution.completedAt() != null && parked.has(execution.id())) {
            onWakeUp.accept(Duration.between(execution.completedAt(), Instant.now()));
        }
        parked.show(execution);
    }

    private Uni<Execution> known(String id) {
        return store.find(id).onItem().ifNull().failWith(() -> DomainException.notFound(id));
    }

    private Uni<Map<String, Execution>> allKnown(Set<String> ids) {
        return store.findAll(ids).onItem().transform(found -> {
            Map<String, Execution> byId = new HashMap<>();
            found.stream().filter(Objects::nonNull).forEach(execution -> byId.put(execution.id(), execution));
            List<String> unknown =
                    ids.stream().filter(id -> !byId.containsKey(id)).toList();
            if (unknown.isEmpty()) {
                return byId;
            }
            if (unknown.size() == 1) {
                throw DomainException.notFound(unknown.get(0));
            }
            throw new DomainException(
                    ErrorCode.EXECUTION_NOT_FOUND, "executions '" + String.join("', '", unknown) + "' not found");
        });
    }
}
