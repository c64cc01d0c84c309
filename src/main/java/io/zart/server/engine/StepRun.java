package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import io.zart.server.handler.Attempt;
import io.zart.server.handler.StepFailedException;
import io.zart.server.handler.StepOptions;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A step that has no outcome yet: its attempts, time-outs and retries. All methods run in the activation's mailbox. */
final class StepRun {

    private final Activation activation;
    private final String name;
    private final String kind;
    private final int position;
    private final Integer group;
    private final StepOptions options;
    private final AttemptRunner runner;
    private final CompletableFuture<JsonText> outcome;
    private final long begunAt;
    private int attempt;
    private int failures;
    private CompletableFuture<JsonText> current;
    private boolean timedOut;

    StepRun(
            Activation activation,
            String name,
            String kind,
            int position,
            Integer group,
            StepOptions options,
            AttemptRunner runner,
            CompletableFuture<JsonText> outcome) {
        this.activation = activation;
        this.name = name;
        this.kind = kind;
        this.position = position;
        this.group = group;
        this.options = options;
        this.runner = runner;
        this.outcome = outcome;
        this.begunAt = activation.timers().millis();
    }

    void begin(RecordedStep known) {
        if (known != null) {
            attempt = known.attempt();
            failures = known.failures();
        }
        if (options.timeout() != null) {
            activation.timers().after(options.timeout().toMillis(), () -> activation.execute(this::overallTimeout));
        }
        if (known != null && known.remainingMillis() != null && known.remainingMillis() > 0) {
            waitForRetry(known.remainingMillis());
        } else {
            attempt();
        }
    }

    private void attempt() {
        attempt++;
        activation.workBegins();
        long startedNanos = System.nanoTime();
        CompletableFuture<JsonText> running;
        try {
            running = runner.begin(new Attempt(attempt - 1, attempt - 1 + activation.earlierAttempts(name)));
        } catch (RuntimeException e) {
            running = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<JsonText> mine = running;
        current = mine;
        if (options.attemptTimeout() != null) {
            long millis = options.attemptTimeout().toMillis();
            Timers.Handle timer =
                    activation.timers().after(millis, () -> mine.completeExceptionally(attemptTimeout(millis)));
            mine.whenComplete((result, error) -> timer.cancel());
        }
        mine.whenComplete((result, error) -> activation.execute(() -> {
            current = null;
            ended(result, unwrap(error), (System.nanoTime() - startedNanos) / 1_000);
        }));
    }

    private StepTimeoutException attemptTimeout(long millis) {
        return new StepTimeoutException("step '" + name + "' timed out after " + millis + " ms");
    }

    private void overallTimeout() {
        if (current != null) {
            timedOut = true;
            current.completeExceptionally(attemptTimeout(options.timeout().toMillis()));
        }
    }

    private void ended(JsonText result, Throwable error, long micros) {
        activation.workEnds();
        if (activation.over()) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
        } else if (error == null) {
            record(false, result, null, micros);
        } else {
            failed(error, micros);
        }
    }

    private void failed(Throwable error, long micros) {
        failures++;
        JsonText kept = activation.codec().error(Activation.messageOf(error), Activation.typeOf(error), name);
        boolean pastTimeout = timedOut
                || (options.timeout() != null
                        && activation.timers().millis() - begunAt
                                >= options.timeout().toMillis());
        if (pastTimeout || !options.retry().retries(failures, error)) {
            record(true, null, kept, micros);
            return;
        }
        long delay = options.retry().delayMillis(failures);
        FailedAttempt row = new FailedAttempt(
                activation.lease(), name, kind, position, group, attempt, failures, micros, delay, kept);
        activation.write(journal -> journal.recordFailure(row), () -> waitForRetry(delay));
    }

    private void waitForRetry(long millis) {
        activation.await(new PendingWait(
                "retry", name, null, activation.timers().millis() + millis, null, this::attempt, event -> {}));
    }

    private void record(boolean dead, JsonText result, JsonText error, long micros) {
        StepOutcome row = new StepOutcome(
                activation.lease(), name, kind, position, group, dead, attempt, failures, micros, result, error, null);
        activation.record(row, () -> {
            if (dead) {
                outcome.completeExceptionally(activation.stepFailure(name, error));
            } else {
                outcome.complete(result);
            }
        });
    }

    static Throwable unwrap(Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof CancellationException && cause.getCause() instanceof StepFailedException
                ? cause.getCause()
                : cause;
    }
}
