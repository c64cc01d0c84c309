package io.zart.server.race;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Does things at the same moment, each on a thread of its own. */
final class Together {

    private Together() {}

    /** Lets all go at once and gives what they gave, in order; a failure of one is thrown. */
    static <T> List<T> all(int count, IntFunction<Callable<T>> action) {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            CountDownLatch go = new CountDownLatch(1);
            List<CompletableFuture<T>> answers = IntStream.range(0, count)
                    .mapToObj(action)
                    .map(each -> CompletableFuture.supplyAsync(() -> call(go, each), threads))
                    .toList();
            go.countDown();
            return answers.stream()
                    .map(answer -> answer.orTimeout(60, TimeUnit.SECONDS).join())
                    .toList();
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> T call(CountDownLatch go, Callable<T> action) {
        try {
            go.await();
            return action.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets a random moment pass: it moves the others' steps against one's own, and awaits nothing. */
    static void jitter(Duration most) {
        LockSupport.parkNanos((long) (Math.random() * most.toNanos()));
    }
}
