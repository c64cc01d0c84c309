package io.zart.server.store;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.pgclient.PgException;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;

/**
 * Natural batching: while a statement is on its way, arrivals gather; when it returns, they go together. Nothing waits for a
 * timer, so an idle server adds no latency: what one turn of an event loop brings is sent at the end of that turn. A further
 * statement goes beside the one under way only when many operations wait or that one is late, for each statement costs the
 * database as much as half a dozen rows. Bounded by rows and characters; beyond the queue's bound an arrival is refused at once.
 * A key stands at most once in a batch. A batch that fails by its data is split until the bad row stands alone. Thread-safe.
 *
 * @param <I> an operation
 * @param <O> its answer
 */
final class Batcher<I, O> {

    private static final int MOST_ROWS = 500;
    private static final int MOST_CHARACTERS = 4 << 20;
    private static final int MOST_QUEUED = 20_000;
    /** So many that wait make a statement of their own worth while. */
    private static final int CROWD = 100;

    private record Entry<I, O>(I item, UniEmitter<? super O> emitter, long sinceNanos) {}

    private final Function<List<I>, Uni<List<O>>> statement;
    private final Function<I, String> key;
    private final ToIntFunction<I> size;
    private final Pace pace;
    private final IntConsumer sizes;
    private final Queue<Entry<I, O>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final EndOfTurn flushSoon = new EndOfTurn(this::flush, queued::get, CROWD);
    private final AtomicBoolean watched = new AtomicBoolean();
    private volatile long lastSent;

    /**
     * @param statement answers each item, in order
     * @param key what must not stand twice in a batch
     * @param size characters of an item, about
     * @param pace when it sends, and when it refuses
     */
    Batcher(Function<List<I>, Uni<List<O>>> statement, Function<I, String> key, ToIntFunction<I> size, Pace pace) {
        this(statement, key, size, pace, rows -> {});
    }

    /**
     * @param sizes is told how many items each statement takes along
     */
    Batcher(
            Function<List<I>, Uni<List<O>>> statement,
            Function<I, String> key,
            ToIntFunction<I> size,
            Pace pace,
            IntConsumer sizes) {
        this.sizes = sizes;
        this.statement = statement;
        this.key = key;
        this.size = size;
        this.pace = pace;
    }

    Uni<O> submit(I item) {
        return Uni.createFrom().emitter(emitter -> {
            if (overloaded()) {
                emitter.fail(new DomainException(ErrorCode.OVERLOADED, "the server is overloaded, try again"));
                return;
            }
            queued.incrementAndGet();
            queue.add(new Entry<>(item, emitter, System.nanoTime()));
            flushSoon.run();
        });
    }

    private boolean overloaded() {
        Entry<I, O> oldest = queue.peek();
        return queued.get() >= MOST_QUEUED || (oldest != null && pace.outOfPatience(oldest.sinceNanos()));
    }

    private void flush() {
        // Nobody may count a statement that it does not send: whoever returns here without one has seen the places
        // taken after its item was queued, and the last holder of a place looks at the queue after giving it back.
        while (!queue.isEmpty() && takePlace()) {
            List<Entry<I, O>> batch = gather();
            if (batch.isEmpty()) {
                underWay.decrementAndGet();
            } else {
                sizes.accept(batch.size());
                lastSent = System.nanoTime();
                send(batch, () -> {
                    underWay.decrementAndGet();
                    flushSoon.run();
                });
            }
        }
        if (!queue.isEmpty() && pace.mostUnderWay() > 1) {
            watch();
        }
    }

    private boolean takePlace() {
        int taken = underWay.get();
        while (taken == 0 || (taken < pace.mostUnderWay() && (queued.get() >= CROWD || pace.late(lastSent)))) {
            if (underWay.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = underWay.get();
        }
        return false;
    }

    /** Looks again when what is under way may be late; one look at a time is enough, for it finds all that waits. */
    private void watch() {
        if (watched.compareAndSet(false, true)) {
            Infrastructure.getDefaultWorkerPool()
                    .schedule(
                            () -> {
                                watched.set(false);
                                flush();
                            },
                            pace.lateMillis() + 1,
                            TimeUnit.MILLISECONDS);
        }
    }

    private List<Entry<I, O>> gather() {
        List<Entry<I, O>> batch = new ArrayList<>();
        List<Entry<I, O>> deferred = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        int characters = 0;
        Entry<I, O> entry;
        while (batch.size() < MOST_ROWS && characters < MOST_CHARACTERS && (entry = queue.poll()) != null) {
            if (keys.add(key.apply(entry.item()))) {
                batch.add(entry);
                characters += size.applyAsInt(entry.item());
            } else {
                deferred.add(entry);
            }
        }
        queued.addAndGet(-batch.size());
        queue.addAll(deferred);
        return batch;
    }

    private void send(List<Entry<I, O>> batch, Runnable done) {
        StoreErrors.guarded(
                        () -> statement.apply(batch.stream().map(Entry::item).toList()))
                .subscribe()
                .with(answers -> answered(batch, answers, done), failure -> failed(batch, failure, done));
    }

    /** The place is given back last: what the answers bring, the next steps of the same bodies, goes with what waits. */
    private void answered(List<Entry<I, O>> batch, List<O> answers, Runnable done) {
        for (int i = 0; i < batch.size(); i++) {
            O answer = answers.get(i);
            settle(batch.get(i), emitter -> emitter.complete(answer));
        }
        done.run();
    }

    /** A caller that throws at its answer must not keep the others from theirs, nor the place. */
    private void settle(Entry<I, O> entry, Consumer<UniEmitter<? super O>> settlement) {
        try {
            settlement.accept(entry.emitter());
        } catch (RuntimeException e) {
            Log.error("an answer of the database was not taken", e);
        }
    }

    private void failed(List<Entry<I, O>> batch, Throwable failure, Runnable done) {
        if (batch.size() > 1 && dataError(failure)) {
            int half = batch.size() / 2;
            send(batch.subList(0, half), () -> send(batch.subList(half, batch.size()), done));
        } else {
            batch.forEach(entry -> settle(entry, emitter -> emitter.fail(failure)));
            done.run();
        }
    }

    /** Whether a row, not the database, is at fault: data exceptions and violated constraints. */
    private static boolean dataError(Throwable failure) {
        return failure instanceof PgException error
                && error.getSqlState() != null
                && (error.getSqlState().startsWith("22")
                        || error.getSqlState().startsWith("23")
                        || error.getSqlState().startsWith("54"));
    }
}
