package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import io.zart.server.handler.Attempt;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A step that has no outcome yet: its attempts, time-outs and retries. All methods run in the activation's mailbox. */
final class StepRun {

    private final Activation activation;
    private final History.Place place;
    private final String kind;
    private final StepOptions options;
    private final AttemptRunner runner;
    private final CompletableFuture<JsonText> outcome;
    private long begunAt;
    private Timers.Handle overall = () -> {};
    private int attempt;
    private int failures;
    private CompletableFuture<JsonText> current;
    private boolean timedOut;

    StepRun(
            Activation activation,
            History.Place place,
            String kind,
            StepOptions options,
            AttemptRunner runner,
            CompletableFuture<JsonText> outcome) {
        this.activation = activation;
        this.place = place;
        this.kind = kind;
        this.options = options;
        this.runner = runner;
        this.outcome = outcome;
        this.begunAt = activation.timers().millis();
    }

    void begin() {
        RecordedStep known = place.known();
        if (known != null) {
            attempt = known.attempt();
            failures = known.failures();
            // The time-out over all attempts goes on from the first one, in whichever activation that was.
            begunAt -= known.ageMillis() == null ? 0 : known.ageMillis();
        }
        if (options.timeout() != null) {
            long left =
                    begunAt + options.timeout().toMillis() - activation.timers().millis();
            overall = activation.timers().after(Math.max(1, left), () -> activation.execute(this::overallTimeout));
        }
        if (known != null && known.remainingMillis() != null && known.remainingMillis() > 0) {
            waitForRetry(known.remainingMillis());
        } else {
            attempt();
        }
    }

    private void attempt() {
        attempt++;
        activation.parking().workBegins();
        activation.inWork().begin(place, kind, attempt, activation.timers().millis());
        long startedNanos = System.nanoTime();
        long startedMillis = activation.timers().millis();
        CompletableFuture<JsonText> running;
        try {
            running = runner.begin(
                    place,
                    new Attempt(attempt - 1, attempt - 1 + activation.earlierAttempts(place.name())),
                    () -> inTime(startedMillis));
        } catch (RuntimeException e) {
            running = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<JsonText> mine = running;
        current = mine;
        if (timedOut) {
            overallTimeout();
        }
        if (options.attemptTimeout() != null) {
            Duration limit = options.attemptTimeout();
            Timers.Handle timer =
                    activation.timers().after(limit.toMillis(), () -> mine.completeExceptionally(timedOutAfter(limit)));
            mine.whenComplete((result, error) -> timer.cancel());
        }
        mine.whenComplete((result, error) -> activation.execute(() -> {
            current = null;
            ended(result, Failures.unwrap(error), (System.nanoTime() - startedNanos) / 1_000);
        }));
    }

    /** For any thread. */
    private void inTime(long startedMillis) {
        if (passed(options.timeout(), begunAt)) {
            throw timedOutAfter(options.timeout());
        }
        if (passed(options.attemptTimeout(), startedMillis)) {
            throw timedOutAfter(options.attemptTimeout());
        }
    }

    private boolean passed(Duration limit, long since) {
        return limit != null && activation.timers().millis() - since >= limit.toMillis();
    }

    private StepTimeoutException timedOutAfter(Duration limit) {
        return new StepTimeoutException("step '" + place.name() + "' timed out after " + limit.toMillis() + " ms");
    }

    private void overallTimeout() {
        timedOut = true;
        if (current != null) {
            current.completeExceptionally(timedOutAfter(options.timeout()));
        }
    }

    private void ended(JsonText result, Throwable error, long micros) {
        activation.parking().workEnds();
        activation.inWork().end(place);
        if (activation.over() || error instanceof ParkSignal) {
            overall.cancel();
            outcome.completeExceptionally(ParkSignal.INSTANCE);
        } else if (error == null) {
            record(false, result, null, micros);
        } else {
            failed(error, micros);
        }
    }

    private void failed(Throwable error, long micros) {
        failures++;
        JsonText kept = Failures.kept(activation.codec(), error, place.name());
        if (timedOut || passed(options.timeout(), begunAt) || !options.retry().retries(failures, error)) {
            record(true, null, kept, micros);
            return;
        }
        long delay = options.retry().delayMillis(failures);
        FailedAttempt row = new FailedAttempt(
                activation.lease(),
                place.name(),
                kind,
                place.position(),
                place.group(),
                attempt,
                failures,
                micros,
                delay,
                kept);
        activation.writes().write(journal -> journal.recordFailure(row), () -> waitForRetry(delay));
    }

    private void waitForRetry(long millis) {
        activation
                .parking()
                .await(new PendingWait(
                        "retry",
                        place.name(),
                        null,
                        activation.timers().millis() + millis,
                        null,
                        () -> activation.pausing().step(place.name(), this::attempt),
                        event -> {}));
    }

    private void record(boolean dead, JsonText result, JsonText error, long micros) {
        overall.cancel();
        StepOutcome row = new StepOutcome(
                activation.lease(),
                place.name(),
                kind,
                place.position(),
                place.group(),
                dead,
                attempt,
                failures,
                micros,
                result,
                error,
                null);
        activation.writes().record(row, () -> {
            if (dead) {
                activation.calls().fail(outcome, Failures.ofStep(activation.codec(), place.name(), error));
            } else {
                activation.calls().complete(outcome, result);
            }
        });
    }
}
