package io.zart.server.engine;

import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.ChildMode;
import io.zart.server.handler.ChildStart;
import io.zart.server.handler.StepFailedException;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What a body asks of its activation: steps, parallel groups, sleeps, events, children. What is recorded is answered at once,
 * what is missing begins. State is confined to the mailbox of the activation; methods that return a future may be called from
 * any thread.
 */
final class BodyCalls {

    private final Activation activation;
    private final History history;
    private final Limits limits;
    private final NewSteps newSteps;
    private final Set<CompletableFuture<?>> open = Collections.newSetFromMap(new IdentityHashMap<>());
    /** The body has asked for a step that did not begin because the activation drains. */
    private boolean refused;

    BodyCalls(Activation activation, History history, Limits limits) {
        this.activation = activation;
        this.history = history;
        this.limits = limits;
        this.newSteps = new NewSteps(activation, history.drift());
    }

    /** What a body asks to be run. */
    record StepCall(String name, String kind, StepOptions options, AttemptRunner runner) {}

    /** A step; the future fails with {@link StepFailedException}, or with a signal when the activation is over. */
    CompletableFuture<JsonText> step(StepCall call) {
        CompletableFuture<JsonText> outcome = new CompletableFuture<>();
        activation.execute(() -> begin(call, null, outcome));
        return outcome;
    }

    /** The branches of a parallel group, begun in one turn so that none parks before the last has begun. */
    List<CompletableFuture<JsonText>> group(List<StepCall> calls) {
        List<CompletableFuture<JsonText>> outcomes =
                calls.stream().map(call -> new CompletableFuture<JsonText>()).toList();
        activation.execute(() -> {
            if (tooMany("branches of a parallel group", calls.size(), limits.branches(), " (zart.limits.branches)")) {
                outcomes.forEach(outcome -> outcome.completeExceptionally(ParkSignal.INSTANCE));
                return;
            }
            Integer group = history.nextGroup();
            together(calls);
            for (int i = 0; i < calls.size(); i++) {
                begin(calls.get(i), group, outcomes.get(i));
            }
        });
        return outcomes;
    }

    /** The branches of a group of which the first that succeeds decides. */
    CompletableFuture<JsonText> any(String name, List<StepCall> calls) {
        CompletableFuture<JsonText> outcome = new CompletableFuture<>();
        activation.execute(() -> {
            if (tooMany("branches of a parallel group", calls.size(), limits.branches(), " (zart.limits.branches)")) {
                outcome.completeExceptionally(ParkSignal.INSTANCE);
            } else {
                new FirstOf(activation, name, calls, outcome).begin();
            }
        });
        return outcome;
    }

    void begin(StepCall call, Integer group, CompletableFuture<JsonText> outcome) {
        reach(
                call.name(),
                call.kind(),
                group,
                outcome,
                place -> new StepRun(activation, place, call.kind(), call.options(), call.runner(), outcome).begin());
    }

    /** A durable sleep. */
    CompletableFuture<JsonText> sleep(String name, Duration length) {
        return pause(name, null, length);
    }

    /** A wait for an event, with a time-out or null. */
    CompletableFuture<JsonText> event(String name, Duration timeout) {
        return pause(name, name, timeout);
    }

    /** The attempt that starts a child; the same child again when an earlier one was not recorded. */
    AttemptRunner startOf(ChildStart child) {
        JsonText payload = activation.codec().write(child.payload());
        return (place, attempt, inTime) -> {
            NewChild row = ChildIds.of(activation.lease(), place.name(), child, payload);
            return activation.writes().start(row).thenApply(started -> {
                if (started == ChildStarted.ID_TAKEN) {
                    throw new IllegalStateException(
                            "execution '" + row.executionId() + "' exists and is no child of this run");
                }
                return activation.codec().write(row.executionId());
            });
        };
    }

    /** A wait for children. */
    CompletableFuture<JsonText> children(String name, List<String> ids, ChildMode mode, Duration timeout) {
        CompletableFuture<JsonText> outcome = new CompletableFuture<>();
        activation.execute(() -> reach(
                name,
                ChildrenRun.kind(mode),
                null,
                outcome,
                place -> new ChildrenRun(activation, place, ids, mode, timeout, outcome).look()));
        return outcome;
    }

    private CompletableFuture<JsonText> pause(String name, String event, Duration length) {
        CompletableFuture<JsonText> outcome = new CompletableFuture<>();
        activation.execute(() -> reach(
                name,
                WaitRun.kind(event),
                null,
                outcome,
                place -> new WaitRun(activation, place, event, length, outcome).begin()));
        return outcome;
    }

    /** The run does not match the code any more: it fails, and says where. In the mailbox only. */
    void drifted(String step, String why) {
        String run =
                activation.lease().executionId() + ":run:" + activation.lease().runIndex();
        String message = "handler drift in run '" + run + "': " + why
                + "; bring the step back, or rerun the execution with the present code";
        activation
                .writes()
                .finish(ExecutionStatus.FAILED, null, activation.codec().error(message, "HandlerDrift", step));
    }

    /** Fails the run when it is larger than it may be. */
    private boolean tooMany(String what, int count, int most, String setting) {
        if (count <= most) {
            return false;
        }
        String message = count + " " + what + " are more than the limit of " + most + setting;
        activation
                .writes()
                .finish(ExecutionStatus.FAILED, null, activation.codec().error(message, "LimitExceeded", null));
        return true;
    }

    /** The body asks for one step after the other, so that their order tells whether it is still the same. In the mailbox only. */
    void sequential() {
        history.drift().sequential();
    }

    /** These are reached together. In the mailbox only. */
    void together(List<StepCall> calls) {
        history.nextTogether(calls.stream().map(StepCall::name).toList());
    }

    /** The place of a step that the body has reached. In the mailbox only. */
    History.Place next(String rawName, Integer group) {
        return history.next(rawName, group);
    }

    /** What was recorded of the step that would be next under that name, null if nothing. In the mailbox only. */
    RecordedStep recorded(String rawName) {
        return history.peek(rawName);
    }

    /** A number for a parallel group. In the mailbox only. */
    Integer nextGroup() {
        return history.nextGroup();
    }

    /** The body has reached a step: it is settled if its outcome is recorded, otherwise it begins. */
    private void reach(
            String rawName,
            String kind,
            Integer group,
            CompletableFuture<JsonText> outcome,
            Consumer<History.Place> beginning) {
        if (!activation.goesOn()) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            return;
        }
        History.Place place = history.next(rawName, group);
        if (tooMany("steps", place.position() + 1, limits.steps(), " (zart.limits.steps)")
                || tooMany("characters in the name of a step", rawName.length(), Limits.NAME, "")) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            return;
        }
        newSteps.progressed();
        String drift = history.drift().at(place, kind);
        RecordedStep known = place.known();
        if (drift != null) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            drifted(place.name(), drift);
        } else if (known == null || known.open()) {
            open.add(outcome);
            newSteps.admit(place, () -> begin(place, outcome, beginning));
        } else if (known.dead()) {
            outcome.completeExceptionally(Failures.ofStep(activation.codec(), known.name(), known.error()));
        } else {
            outcome.complete(known.result());
        }
    }

    private void begin(History.Place place, CompletableFuture<JsonText> outcome, Consumer<History.Place> beginning) {
        if (activation.draining()) {
            refused = true;
            fail(outcome, ParkSignal.INSTANCE);
            activation.parking().considerLater();
        } else if (place.known() != null && place.known().entered()) {
            beginning.accept(place);
        } else {
            activation.pausing().step(place.name(), () -> beginning.accept(place));
        }
    }

    /** The body has given up a step that it had asked for. May be called from any thread. */
    void abandoned() {
        activation.execute(() -> {
            history.drift().abandoned();
            newSteps.progressed();
        });
    }

    /** The activation drains: what is held back is refused. In the mailbox only. */
    void drain() {
        newSteps.progressed();
    }

    /** Gives a begun step its result. In the mailbox only. */
    void complete(CompletableFuture<JsonText> outcome, JsonText result) {
        open.remove(outcome);
        outcome.complete(result);
    }

    /** Gives a begun step its failure. In the mailbox only. */
    void fail(CompletableFuture<JsonText> outcome, Throwable failure) {
        open.remove(outcome);
        outcome.completeExceptionally(failure);
    }

    /** Whether the body has asked for something that did not begin any more. In the mailbox only. */
    boolean refused() {
        return refused;
    }

    /** Tells the body that its activation is over. In the mailbox only. */
    void close() {
        newSteps.close();
        List<CompletableFuture<?>> unsettled = List.copyOf(open);
        open.clear();
        unsettled.forEach(future -> future.completeExceptionally(ParkSignal.INSTANCE));
    }
}
