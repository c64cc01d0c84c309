package io.zart.server.store;

import io.smallrye.mutiny.Uni;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;

/**
 * Natural batching: while a statement is on its way, arrivals gather; when it returns, they go together. No timer, so an idle
 * server adds no latency. Bounded by rows and characters; beyond the queue's bound an arrival is refused at once. A key stands
 * at most once in a batch. A batch that fails by its data is split until the bad row stands alone. Thread-safe.
 *
 * @param <I> an operation
 * @param <O> its answer
 */
final class Batcher<I, O> {

    private static final int MOST_ROWS = 500;
    private static final int MOST_CHARACTERS = 4 << 20;
    private static final int MOST_QUEUED = 20_000;

    private record Entry<I, O>(I item, UniEmitter<? super O> emitter) {}

    private final Function<List<I>, Uni<List<O>>> statement;
    private final Function<I, String> key;
    private final ToIntFunction<I> size;
    private final int mostUnderWay;
    private final IntConsumer sizes;
    private final Queue<Entry<I, O>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param statement answers each item, in order
     * @param key what must not stand twice in a batch
     * @param size characters of an item, about
     * @param mostUnderWay statements at once
     */
    Batcher(
            Function<List<I>, Uni<List<O>>> statement,
            Function<I, String> key,
            ToIntFunction<I> size,
            int mostUnderWay) {
        this(statement, key, size, mostUnderWay, rows -> {});
    }

    /**
     * @param sizes is told how many items each statement takes along
     */
    Batcher(
            Function<List<I>, Uni<List<O>>> statement,
            Function<I, String> key,
            ToIntFunction<I> size,
            int mostUnderWay,
            IntConsumer sizes) {
        this.sizes = sizes;
        this.statement = statement;
        this.key = key;
        this.size = size;
        this.mostUnderWay = mostUnderWay;
    }

    Uni<O> submit(I item) {
        return Uni.createFrom().emitter(emitter -> {
            if (queued.incrementAndGet() > MOST_QUEUED) {
                queued.decrementAndGet();
                emitter.fail(new DomainException(ErrorCode.OVERLOADED, "the server is overloaded, try again"));
                return;
            }
            queue.add(new Entry<>(item, emitter));
            flush();
        });
    }

    private void flush() {
        // Nobody may count a statement that it does not send: whoever returns here without one has seen the places
        // taken after
        // its item was queued, and the last holder of a place looks at the queue after giving it back.
        while (!queue.isEmpty() && takePlace()) {
            List<Entry<I, O>> batch = gather();
            if (batch.isEmpty()) {
                underWay.decrementAndGet();
            } else {
                sizes.accept(batch.size());
                send(batch, () -> {
                    underWay.decrementAndGet();
                    flush();
                });
            }
        }
    }

    private boolean takePlace() {
        int taken = underWay.get();
        while (taken < mostUnderWay) {
            if (underWay.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = underWay.get();
        }
        return false;
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
                .with(
                        answers -> {
                            done.run();
                            for (int i = 0; i < batch.size(); i++) {
                                batch.get(i).emitter().complete(answers.get(i));
                            }
                        },
                        failure -> failed(batch, failure, done));
    }

    private void failed(List<Entry<I, O>> batch, Throwable failure, Runnable done) {
        if (batch.size() > 1 && dataError(failure)) {
            int half = batch.size() / 2;
            send(batch.subList(0, half), () -> send(batch.subList(half, batch.size()), done));
        } else {
            done.run();
            batch.forEach(entry -> entry.emitter().fail(failure));
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
