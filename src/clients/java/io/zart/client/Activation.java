package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One claimed task: what is recorded of it, and the commands about it. The body's thread uses it; the worker may end it from outside. */
final class Activation {

    private static final int LONGEST_MESSAGE = 60_000;

    private final JsonNode task;
    private final Outbox outbox;
    private final Json json;
    private final ExecutorService threads;
    private final Consumer<Activation> onEnd;
    private final Map<String, JsonNode> recorded = new HashMap<>();
    private final Map<String, Integer> used = new HashMap<>();
    private final Set<Future<?>> running = ConcurrentHashMap.newKeySet();
    private final AtomicReference<String> over = new AtomicReference<>();
    private volatile JsonNode pausedSteps;
    private final long claimedNanos = System.nanoTime();
    private final Long ownDeadlineNanos;
    private volatile long renewedNanos = System.nanoTime();
    private int position;
    private int groups;

    /** @param deadline what a run of this task name may take, null for no bound */
    Activation(
            JsonNode task,
            Outbox outbox,
            Json json,
            ExecutorService threads,
            Duration deadline,
            Consumer<Activation> onEnd) {
        this.task = task;
        this.ownDeadlineNanos = deadline == null
                ? null
                : Long.valueOf(claimedNanos
                        + deadline.minusMillis(task.path("spentMs").asLong()).toNanos());
        this.outbox = outbox;
        this.json = json;
        this.threads = threads;
        this.onEnd = onEnd;
        this.pausedSteps = task.path("pausedSteps");
        task.path("steps").forEach(step -> recorded.put(step.path("name").asText(), step));
    }

    /**
     * A step that the body has reached.
     *
     * @param members of a command about it
     * @param known what was recorded of it when the task was claimed, or null
     */
    record Place(String name, ObjectNode members, JsonNode known) {}

    /** The next step of the body; a name used again gets {@code #2}, {@code #3}, …. Group -1: none. */
    Place place(String rawName, int group) {
        int count = used.merge(rawName, 1, Integer::sum);
        String name = count == 1 ? rawName : rawName + "#" + count;
        ObjectNode members = json.object().put("name", name).put("position", position++);
        if (group >= 0) {
            members.put("group", group);
        }
        return new Place(name, members, recorded.get(name));
    }

    int nextGroup() {
        return groups++;
    }

    /** The outcome of a settled step, null of an open one; throws the error of a dead one. */
    static JsonNode outcome(JsonNode step) {
        String status = step == null ? "" : step.path("status").asText();
        if (status.equals("dead")) {
            String name = step.path("name").asText();
            String message = step.path("error").path("message").asText("step '" + name + "' failed");
            String type = step.path("error").path("type").asText("Error");
            throw type.equals("EventTimeoutException")
                    ? new EventTimeoutException(name, message)
                    : new StepFailedException(name, message, type, null);
        }
        return status.equals("completed") ? step.path("result") : null;
    }

    /** Sends a command and returns its verdict once it has taken effect; ends the body if it has not. */
    JsonNode write(String type, ObjectNode members) {
        goesOn();
        JsonNode verdict = verdictOf(outbox.send(command(type, members), false));
        goesOn();
        String kind = verdict.path("verdict").asText();
        if (kind.equals("ok") || kind.equals("already-recorded")) {
            pausedSteps = verdict.has("pausedSteps") ? verdict.get("pausedSteps") : pausedSteps;
            return verdict;
        }
        if (kind.equals("invalid")) {
            String reason = type + " was refused: " + verdict.path("reason").asText();
            end("fail", error(new IllegalArgumentException(reason)));
        }
        lost(kind);
        throw new ActivationOver(kind);
    }

    /** Gives the task up for these waits; the settled steps if one of them is over already. */
    JsonNode park(List<ObjectNode> waits) {
        ObjectNode members = json.object();
        ArrayNode all = members.putArray("waits");
        waits.forEach(all::add);
        if (ownDeadlineNanos != null) {
            members.put(
                    "wakeWithinMs", Math.max(0, TimeUnit.NANOSECONDS.toMillis(ownDeadlineNanos - System.nanoTime())));
        }
        JsonNode verdict = write("park", members);
        if (verdict.path("parked").asBoolean()) {
            lost("parked");
            throw new ActivationOver("parked");
        }
        return verdict.path("steps");
    }

    /** Hands the task back, not finished, and ends the body. */
    void release(boolean paused) {
        if (over.compareAndSet(null, "released")) {
            outbox.send(command("release", json.object().put("paused", paused)), true)
                    .whenComplete((verdict, error) -> onEnd.accept(this));
            running.forEach(future -> future.cancel(true));
        }
    }

    /** Ends the run. */
    void end(String type, ObjectNode members) {
        if (over.compareAndSet(null, "ended")) {
            outbox.send(command(type, members), true).whenComplete((verdict, error) -> {
                if (type.equals("complete") && verdict.path("verdict").asText().equals("invalid")) {
                    String reason =
                            "the result was refused: " + verdict.path("reason").asText();
                    outbox.send(command("fail", error(new IllegalArgumentException(reason))), true);
                }
                onEnd.accept(this);
            });
        }
    }

    /** Whether the run has taken longer than its task name may: then it fails, and the body is interrupted. */
    boolean late() {
        boolean late = ownDeadlineNanos != null && ownDeadlineNanos - System.nanoTime() <= 0;
        if (late && !over()) {
            end("fail", error("DeadlineExceeded", "run deadline exceeded"));
            running.forEach(future -> future.cancel(true));
        }
        return late;
    }

    /** Until the nearer of the run's deadline and that of its task name. */
    Optional<Duration> timeLeft() {
        JsonNode inMillis = task.path("deadlineInMs");
        Duration since = Duration.ofNanos(System.nanoTime() - claimedNanos);
        Stream<Duration> ofRun = inMillis.isNumber()
                ? Stream.of(Duration.ofMillis(inMillis.asLong()).minus(since))
                : Stream.empty();
        Stream<Duration> own = ownDeadlineNanos == null
                ? Stream.empty()
                : Stream.of(Duration.ofNanos(ownDeadlineNanos - System.nanoTime()));
        return Stream.concat(ofRun, own).min(Comparator.naturalOrder());
    }

    /** The lease is gone: the body is interrupted, nothing more is written. */
    void lost(String reason) {
        if (over.compareAndSet(null, reason)) {
            running.forEach(future -> future.cancel(true));
            onEnd.accept(this);
        }
    }

    void goesOn() {
        if (over.get() != null) {
            throw new ActivationOver(over.get());
        }
    }

    boolean over() {
        return over.get() != null;
    }

    /** Members of a command that tells an error. */
    ObjectNode error(Throwable error) {
        StepFailedException step = error instanceof StepFailedException failed ? failed : null;
        String type = step == null ? error.getClass().getSimpleName() : step.errorType();
        String message = error.getMessage() == null ? type : error.getMessage();
        ObjectNode members = error(type, message);
        if (step != null) {
            ((ObjectNode) members.path("error")).put("step", step.step());
        }
        return members;
    }

    private ObjectNode error(String type, String message) {
        ObjectNode members = json.object();
        members.putObject("error")
                .put("message", message.substring(0, Math.min(message.length(), LONGEST_MESSAGE)))
                .put("type", type);
        return members;
    }

    ObjectNode command(String type, ObjectNode members) {
        ObjectNode command = json.object().put("type", type);
        command.set("executionId", task.path("executionId"));
        command.set("token", task.path("lease").path("token"));
        return command.setAll(members);
    }

    /** Waits for a verdict; an interrupted body ends. */
    private static JsonNode verdictOf(Future<JsonNode> verdict) {
        try {
            return verdict.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ActivationOver("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Runs something on a thread that is interrupted when the activation is over. */
    <T> Future<T> fork(Callable<T> call) {
        Future<T> future = threads.submit(call);
        running.add(future);
        if (over()) {
            future.cancel(true);
        }
        return future;
    }

    void joined(Future<?> future) {
        running.remove(future);
    }

    /** Whether a pause rule keeps that step from starting. */
    boolean pauses(String name) {
        return Globs.match(pausedSteps, name);
    }

    JsonNode task() {
        return task;
    }

    Json json() {
        return json;
    }

    /** Whether a quarter of the lease has passed since the last sign of life; if so, this counts as one. */
    boolean renewalDue(long nowNanos) {
        long quarter = TimeUnit.MILLISECONDS.toNanos(
                task.path("lease").path("expiresInMs").asLong() / 4);
        boolean due = nowNanos - renewedNanos >= quarter;
        if (due) {
            renewedNanos = nowNanos;
        }
        return due;
    }
}
