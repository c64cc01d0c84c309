package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What a body can do. A name used again in a run gets {@code #2}, {@code #3}, …. To be used from the thread of the body only. */
public final class TaskContext {

    private final Activation activation;
    private final Json json;

    TaskContext(Activation activation) {
        this.activation = activation;
        this.json = activation.json();
    }

    /** The execution. */
    public String executionId() {
        return activation.task().path("executionId").asText();
    }

    /** The run's id. */
    public String runId() {
        return activation.task().path("runId").asText();
    }

    /** The run, from 0. */
    public int runIndex() {
        return activation.task().path("runIndex").asInt();
    }

    /** The W3C trace context for spans of one's own; empty while the service exports no traces. */
    public Optional<String> traceparent() {
        return Optional.ofNullable(activation.task().path("traceparent").textValue());
    }

    /** Whether the task is known to be lost or cancelled: a long step should stop. */
    public boolean cancelled() {
        return activation.over();
    }

    /** How long until the deadline of the run, that of its start or that of its task name; empty if it has none. */
    public Optional<Duration> timeLeft() {
        return activation.timeLeft();
    }

    /** A step that is tried once. */
    public <T> T step(String name, Class<T> type, Callable<T> body) {
        return step(name, type, StepOptions.ONCE, attempt -> body.call());
    }

    /** A step with retries. */
    public <T> T step(String name, Class<T> type, RetryPolicy retry, Callable<T> body) {
        return step(name, type, StepOptions.retrying(retry), attempt -> body.call());
    }

    /**
     * A step: its first recorded result is what every later activation gets.
     *
     * @throws StepFailedException when it is dead
     */
    public <T> T step(String name, Class<T> type, StepOptions options, StepBody<T> body) {
        BranchResult<T> result =
                run(List.of(new Branch<>(name, type, options, body)), -1).get(0);
        if (result.error() != null) {
            throw result.error();
        }
        return result.value();
    }

    /** Steps at the same time, each with its own policy; the results in the order of the branches, once all have ended. */
    public <T> List<BranchResult<T>> parallel(List<Branch<T>> branches) {
        return run(branches, activation.nextGroup());
    }

    private <T> List<BranchResult<T>> run(List<Branch<T>> branches, int group) {
        List<StepRun> steps = new ArrayList<>();
        for (Branch<T> branch : branches) {
            Activation.Place place = activation.place(branch.name(), group);
            steps.add(new StepRun(activation, place, branch.options(), branch.body()));
        }
        while (true) {
            List<BranchResult<T>> results = new ArrayList<>();
            List<StepRun> waiting = new ArrayList<>();
            boolean held = advance(branches, steps, results, waiting);
            if (held) {
                activation.release(true);
                throw new ActivationOver("paused");
            }
            if (waiting.isEmpty()) {
                return results;
            }
            activation.park(waiting.stream().map(step -> step.wait(json)).toList());
        }
    }

    /** Lets all of them go on at the same time; true when one of them is held. */
    private <T> boolean advance(
            List<Branch<T>> branches, List<StepRun> steps, List<BranchResult<T>> results, List<StepRun> waiting) {
        Workers workers = new Workers(steps.size());
        List<Future<StepRun.State>> running = new ArrayList<>();
        for (StepRun step : steps) {
            running.add(activation.fork(() -> {
                StepRun.State state = StepRun.State.DONE;
                try {
                    state = step.advance(workers);
                    return state;
                } finally {
                    workers.left(state);
                }
            }));
        }
        boolean held = false;
        for (int i = 0; i < steps.size(); i++) {
            try {
                StepRun.State state = running.get(i).get();
                held |= state == StepRun.State.HELD;
                if (state == StepRun.State.WAITING) {
                    waiting.add(steps.get(i));
                } else if (state == StepRun.State.DONE) {
                    results.add(new BranchResult<>(
                            json.value(steps.get(i).result(), branches.get(i).type()), null));
                }
            } catch (ExecutionException e) {
                results.add(new BranchResult<>(null, failed(e.getCause())));
            } catch (InterruptedException | CancellationException e) {
                throw new ActivationOver("interrupted");
            } finally {
                activation.joined(running.get(i));
            }
        }
        return held;
    }

    private static StepFailedException failed(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof InterruptedException) {
            throw new ActivationOver("interrupted");
        }
        if (cause instanceof StepFailedException failed) {
            return failed;
        }
        throw new IllegalStateException(cause);
    }

    /** A durable sleep: the worker may end meanwhile. */
    public void sleep(String name, Duration length) {
        Activation.Place place = activation.place(name, -1);
        ObjectNode wait = place.members().deepCopy().put("kind", "sleep").put("durationMs", length.toMillis());
        settled(place, wait);
    }

    /**
     * Waits for an event.
     *
     * @param timeout null for none
     * @throws EventTimeoutException when it passes
     */
    public <T> T waitForEvent(String name, Class<T> type, Duration timeout) {
        Activation.Place place = activation.place(name, -1);
        ObjectNode wait = place.members().deepCopy().put("kind", "event");
        if (timeout != null) {
            wait.put("timeoutSecs", timeout.toMillis() / 1000.0);
        }
        return json.value(settled(place, wait), type);
    }

    /** Starts another execution, once; its id. {@code options}: {@code childId}, {@code onParentCancel}, {@code timeoutSecs}, …; or null. */
    public String startChild(String name, String taskName, Object payload, ObjectNode options) {
        Activation.Place place = activation.place(name, -1);
        JsonNode known = Activation.outcome(place.known());
        if (known != null) {
            return json.value(known, String.class);
        }
        holdIfPaused(place);
        ObjectNode members = place.members().deepCopy().put("taskName", taskName);
        members.set("payload", json.tree(payload));
        if (options != null) {
            members.setAll(options);
        }
        if (place.known() != null) {
            members.put("attempt", place.known().path("attempts").asInt() + 1);
        }
        JsonNode started =
                Activation.outcome(activation.write("start-child", members).path("step"));
        return json.value(started, String.class);
    }

    /** Waits until all of these children have ended: {@code [{"executionId","status","result","error"}]}. */
    public JsonNode waitForChildren(String name, List<String> ids) {
        return waitForChildren(name, ids, null);
    }

    /**
     * The same with a time-out, null for none.
     *
     * @throws EventTimeoutException when it passes
     */
    public JsonNode waitForChildren(String name, List<String> ids, Duration timeout) {
        return children(name, ids, "all", timeout);
    }

    /** Waits until at least one of these children has ended; those that have, as in {@link #waitForChildren}. */
    public JsonNode waitForAnyChild(String name, List<String> ids) {
        return waitForAnyChild(name, ids, null);
    }

    /**
     * The same with a time-out, null for none.
     *
     * @throws EventTimeoutException when it passes
     */
    public JsonNode waitForAnyChild(String name, List<String> ids, Duration timeout) {
        return children(name, ids, "any", timeout);
    }

    private JsonNode children(String name, List<String> ids, String mode, Duration timeout) {
        Activation.Place place = activation.place(name, -1);
        ObjectNode wait = place.members().deepCopy().put("kind", "children").put("mode", mode);
        wait.set("children", json.tree(ids));
        if (timeout != null) {
            wait.put("timeoutSecs", timeout.toMillis() / 1000.0);
        }
        return json.value(settled(place, wait), JsonNode.class);
    }

    /**
     * Starts a child and waits for its result.
     *
     * @throws ChildFailedException when it fails or is cancelled
     */
    public <T> T child(String name, Class<T> type, String taskName, Object payload) {
        String id = startChild(name, taskName, payload, null);
        JsonNode end = waitForChildren(name + ".result", List.of(id)).path(0);
        if (!end.path("status").asText().equals("completed")) {
            String message = end.path("error").path("message").asText();
            throw new ChildFailedException(id, "child " + end.path("status").asText() + ": " + message);
        }
        return json.value(end.path("result"), type);
    }

    /** A value that is taken once and is the same in every later activation: the time, a random number. */
    public <T> T capture(String name, Class<T> type, Callable<T> value) throws Exception {
        Activation.Place place = activation.place(name, -1);
        JsonNode known = Activation.outcome(place.known());
        if (known == null) {
            holdIfPaused(place);
            JsonNode taken = json.tree(value.call());
            ObjectNode members = place.members().deepCopy();
            members.set("value", taken);
            JsonNode recorded =
                    Activation.outcome(activation.write("capture", members).get("step"));
            known = recorded == null ? taken : recorded;
        }
        return json.value(known, type);
    }

    private JsonNode settled(Activation.Place place, ObjectNode wait) {
        JsonNode known = Activation.outcome(place.known());
        while (known == null) {
            holdIfPaused(place);
            for (JsonNode step : activation.park(List.of(wait))) {
                known = step.path("name").asText().equals(place.name()) ? Activation.outcome(step) : known;
            }
        }
        return known;
    }

    private void holdIfPaused(Activation.Place place) {
        if (activation.pauses(place.name())) {
            activation.release(true);
            throw new ActivationOver("paused");
        }
    }
}
