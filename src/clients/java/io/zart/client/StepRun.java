package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A step that has no outcome yet: its attempts, time-outs and retries. Used by one thread at a time. */
final class StepRun {

    static final long SHORT_MILLIS = 100;

    /** How far a step has come: its result, or that it waits for its next attempt, or that a pause rule holds it. */
    enum State {
        DONE,
        WAITING,
        HELD
    }

    private final Activation activation;
    private final Activation.Place place;
    private final StepOptions options;
    private final StepBody<?> body;
    private long begunNanos = System.nanoTime();
    private long dueNanos = System.nanoTime();
    private int attempt;
    private int failures;
    private JsonNode result;
    private StepFailedException failure;

    StepRun(Activation activation, Activation.Place place, StepOptions options, StepBody<?> body) {
        this.activation = activation;
        this.place = place;
        this.options = options;
        this.body = body;
        JsonNode known = place.known();
        if (known != null) {
            attempt = known.path("attempts").asInt();
            failures = known.path("failures").asInt();
            begunNanos -= millis(known.path("ageMs").asLong());
            dueNanos += millis(known.path("remainingMs").asLong());
        }
    }

    /** Goes on to the result, or to where it has to wait for longer than others work; throws the error of a dead step. */
    State advance(Workers others) throws InterruptedException {
        if (failure != null) {
            throw failure;
        }
        result = result == null ? Activation.outcome(place.known()) : result;
        while (result == null) {
            if (!others.awaitWhileOthersWork(dueNanos)) {
                return State.WAITING;
            }
            activation.goesOn();
            if (activation.pauses(place.name())) {
                return State.HELD;
            }
            attempt();
        }
        return State.DONE;
    }

    private void attempt() throws InterruptedException {
        attempt++;
        long started = System.nanoTime();
        JsonNode made;
        try {
            made = activation.json().tree(call());
        } catch (ExecutionException e) {
            failed(e.getCause(), false, started);
            return;
        } catch (StepTimeout e) {
            failed(e, e.overAll, started);
            return;
        } catch (CancellationException e) {
            throw new ActivationOver("interrupted");
        } catch (IllegalArgumentException e) {
            failed(e, true, started);
            return;
        }
        ObjectNode members = members(started);
        members.set("result", made);
        JsonNode recorded =
                Activation.outcome(activation.write("step-completed", members).get("step"));
        result = recorded == null ? made : recorded;
    }

    private Object call() throws InterruptedException, ExecutionException {
        int earlier =
                activation.task().path("earlierAttempts").path(place.name()).asInt();
        String key = activation.task().path("runId").asText() + ":" + place.name();
        Attempt now = new Attempt(attempt - 1, attempt - 1 + earlier, key);
        long overall = left(options.timeout());
        long single = options.attemptTimeout() == null
                ? Long.MAX_VALUE
                : options.attemptTimeout().toNanos();
        long most = Math.min(overall, single);
        long started = System.nanoTime();
        Future<?> future = activation.fork(() -> {
            Object made = body.run(now);
            if (System.nanoTime() - started >= most) {
                // Whoever waits for it may look late, as on a machine that stood still.
                throw timedOut(overall < single);
            }
            return made;
        });
        try {
            return future.get(most, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw timedOut(overall < single);
        } finally {
            future.cancel(true);
            activation.joined(future);
        }
    }

    private StepTimeout timedOut(boolean all) {
        Duration limit = all ? options.timeout() : options.attemptTimeout();
        return new StepTimeout("step '" + place.name() + "' timed out after " + limit.toMillis() + " ms", all);
    }

    private long left(Duration timeout) {
        return timeout == null
                ? Long.MAX_VALUE
                : Math.max(1_000_000, begunNanos + timeout.toNanos() - System.nanoTime());
    }

    private void failed(Throwable error, boolean certain, long started) {
        failures++;
        boolean late = options.timeout() != null
                && System.nanoTime() - begunNanos >= options.timeout().toNanos();
        boolean last = certain || late || !options.retry().allows(failures, error);
        long delay = last ? 0 : options.retry().delayMillis(failures);
        ObjectNode members = members(started).setAll(activation.error(error));
        if (last) {
            members.put("retry", "never");
        } else {
            members.putObject("retry").put("afterMs", delay);
        }
        result = Activation.outcome(activation.write("step-failed", members).get("step"));
        if (result == null && last) {
            ObjectNode kept = (ObjectNode) members.path("error");
            failure = new StepFailedException(
                    place.name(),
                    kept.path("message").asText(),
                    kept.path("type").asText(),
                    error);
            throw failure;
        }
        dueNanos = System.nanoTime() + millis(delay);
    }

    private ObjectNode members(long started) {
        return place.members()
                .deepCopy()
                .put("attempt", attempt)
                .put("failures", failures)
                .put("elapsedMs", (System.nanoTime() - started) / 1e6);
    }

    /** This step as a member of a park. */
    ObjectNode wait(Json json) {
        return json.object().put("kind", "retry").put("name", place.name()).put("afterMs", Math.max(0, millisLeft()));
    }

    long millisLeft() {
        return Math.max(0, (dueNanos - System.nanoTime() + 999_999) / 1_000_000);
    }

    JsonNode result() {
        return result;
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** An attempt, or the step over all its attempts, took too long. */
    private static final class StepTimeout extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final boolean overAll;

        StepTimeout(String message, boolean overAll) {
            super(message);
            this.overAll = overAll;
        }
    }
}
