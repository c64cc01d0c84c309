package io.zart.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The branches of a group that are at work: a branch waits for its next attempt here as long as another one works. */
final class Workers {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int working;

    Workers(int working) {
        this.working = working;
    }

    /** Waits for that moment; false when it is far and nobody else works, so that the task had better be parked. */
    boolean awaitWhileOthersWork(long dueNanos) throws InterruptedException {
        lock.lock();
        try {
            working--;
            changed.signalAll();
            long left = dueNanos - System.nanoTime();
            while (left > 0 && (working > 0 || left <= TimeUnit.MILLISECONDS.toNanos(StepRun.SHORT_MILLIS))) {
                changed.awaitNanos(left);
                left = dueNanos - System.nanoTime();
            }
            boolean due = left <= 0;
            if (due) {
                working++;
            }
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** A branch has ended, one way or the other. */
    void left(StepRun.State state) {
        if (state != StepRun.State.WAITING) {
            lock.lock();
            try {
                working--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
