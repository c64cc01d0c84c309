package io.zart.server.testkit;

import io.zart.server.engine.EngineListener;
import io.zart.server.execution.Execution;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Waits until the engine rests; it is told of every park and every end, which are the only ways to rest. */
final class Quiet implements EngineListener {

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Duration longest;

    Quiet(Duration longest) {
        this.longest = longest;
    }

    /** @throws IllegalStateException when the body neither ends nor parks within the time */
    void await(BooleanSupplier rests) {
        long end = System.nanoTime() + longest.toNanos();
        lock.lock();
        try {
            while (!rests.getAsBoolean()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new IllegalStateException("the body neither ends nor waits");
                }
                changed.awaitNanos(Math.min(left, LOOK_AGAIN_NANOS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void runEnded(Execution execution) {
        signal();
    }

    @Override
    public void runChanged(String executionId) {
        signal();
    }

    @Override
    public void runGone(String executionId) {
        signal();
    }

    @Override
    public void stepEnded(String stepName, boolean dead, long elapsedMicros) {}

    @Override
    public void leasesRenewed(int count) {}
}
