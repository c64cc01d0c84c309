package io.zart.server.engine;

import io.quarkus.logging.Log;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks one at a time, in order, on whichever thread brings the first of them: exclusion without a lock. */
public final class Mailbox implements Executor {

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            do {
                run(tasks.poll());
            } while (waiting.decrementAndGet() > 0);
        }
    }

    /** Whether tasks wait behind the one that asks; to be called by a task. */
    public boolean more() {
        return waiting.get() > 1;
    }

    /** A task that throws must not keep those behind it from running. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            Log.error("a task of a mailbox failed", e);
        }
    }
}
