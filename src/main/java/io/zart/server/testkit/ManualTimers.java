package io.zart.server.testkit;

import io.zart.server.engine.Timers;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** A clock that stands still until it is moved. Timers may be set from any thread; they fire on the thread that moves the clock. */
final class ManualTimers implements Timers {

    private static final long SETTLED_MILLIS = 500;

    private record Timer(long at, long order, Runnable action) {}

    private final Queue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::order));
    private final Lock lock = new ReentrantLock();
    private final AtomicLong now = new AtomicLong();
    private long order;

    @Override
    public Handle after(long millis, Runnable action) {
        lock.lock();
        try {
            Timer timer = new Timer(now.get() + Math.max(0, millis), order++, action);
            timers.add(timer);
            return () -> remove(timer);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Timer timer) {
        lock.lock();
        try {
            timers.remove(timer);
        } finally {
            lock.unlock();
        }
    }

    /** Every wait parks, so that a run is either at work or parked. */
    @Override
    public long patienceMillis() {
        return 0;
    }

    /** What a body does by itself takes real time, however the clock stands. */
    @Override
    public Handle whenSettled(Runnable action) {
        AtomicBoolean cancelled = new AtomicBoolean();
        CompletableFuture.delayedExecutor(SETTLED_MILLIS, TimeUnit.MILLISECONDS).execute(() -> {
            if (!cancelled.get()) {
                action.run();
            }
        });
        return () -> cancelled.set(true);
    }

    @Override
    public long millis() {
        return now.get();
    }

    /**
     * Moves the clock to the next timer that is due by then and fires it.
     *
     * @return false when there was none; the clock then stands at {@code until}
     */
    boolean fireNext(long until) {
        Timer next;
        lock.lock();
        try {
            next = timers.peek();
            if (next == null || next.at() > until) {
                now.set(until);
                return false;
            }
            timers.poll();
            now.set(Math.max(now.get(), next.at()));
        } finally {
            lock.unlock();
        }
        next.action().run();
        return true;
    }
}
