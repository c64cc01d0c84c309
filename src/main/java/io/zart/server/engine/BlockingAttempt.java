package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import io.zart.server.handler.Attempt;
import io.zart.server.handler.StepBody;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** An attempt of a blocking step; interrupted when its result is settled from outside, that is by a time-out. */
final class BlockingAttempt<T> implements Runnable {

    private final Attempt attempt;
    private final StepBody<T> body;
    private final Codec codec;
    private final BooleanSupplier stopped;
    private final CompletableFuture<JsonText> result = new CompletableFuture<>();
    private final AtomicReference<Thread> runner = new AtomicReference<>();

    BlockingAttempt(Attempt attempt, StepBody<T> body, Codec codec, BooleanSupplier stopped) {
        this.stopped = stopped;
        this.attempt = attempt;
        this.body = body;
        this.codec = codec;
        result.whenComplete((value, error) -> {
            Thread thread = runner.getAndSet(null);
            if (thread != null && thread != Thread.currentThread()) {
                thread.interrupt();
            }
        });
    }

    CompletableFuture<JsonText> result() {
        return result;
    }

    @Override
    public void run() {
        if (result.isDone()) {
            return;
        }
        if (stopped.getAsBoolean()) {
            result.completeExceptionally(ParkSignal.INSTANCE);
            return;
        }
        runner.set(Thread.currentThread());
        JsonText value = null;
        Throwable failure = null;
        try {
            value = codec.write(body.run(attempt));
        } catch (Throwable e) {
            failure = e;
        }
        runner.set(null);
        // Clears the interrupt of a time-out, so that it does not reach what runs next on this thread.
        Thread.interrupted();
        if (failure == null) {
            result.complete(value);
        } else {
            result.completeExceptionally(failure);
        }
    }
}
