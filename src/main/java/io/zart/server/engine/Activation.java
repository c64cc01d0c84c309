package io.zart.server.engine;

import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.ChildMode;
import io.zart.server.handler.ChildStart;
import io.zart.server.handler.StepFailedException;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One pass of a body: recorded steps return at once, missing ones run and are recorded. Gives the lease up when the body only
 * waits. All state is confined to the mailbox; the public methods may be called from any thread.
 */
public final class Activation {

    private final ClaimedTask task;
    private final Timers timers;
    private final Codec codec;
    private final Consumer<Long> onEnd;
    private final Mailbox mailbox = new Mailbox();
    private final Limits limits;
    private final History history;
    private final Parking parking;
    private final Pausing pausing;
    private final StepsInWork inWork = new StepsInWork();
    private final LeasedWrites writes;
    private final Set<CompletableFuture<?>> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private Timers.Handle deadlineTimer = () -> {};
    private final long begunMillis;
    private volatile Long deadlineAt;
    /** The body is not served any more: its end or its park is being written. */
    private boolean leaving;
    /** No further step begins. */
    private boolean draining;
    /** The body has asked for a step that did not begin for that reason. */
    private boolean refused;

    private volatile boolean over;
    private volatile boolean stopped;

    /**
     * @param onEnd called once when the activation is over, with the milliseconds until the parked task wakes, or null
     */
    Activation(
            ClaimedTask task,
            Journal journal,
            Timers timers,
            Codec codec,
            EngineListener listener,
            PauseGate pauses,
            Limits limits,
            Consumer<Long> onEnd) {
        this.task = task;
        this.writes = new LeasedWrites(this, journal, listener);
        this.timers = timers;
        this.codec = codec;
        this.begunMillis = timers.millis();
        this.onEnd = onEnd;
        this.limits = limits;
        this.history = new History(task.steps());
        this.pausing = new Pausing(this, pauses);
        this.parking = new Parking(this, new EventBuffer(task.events(), task.eventCount()));
    }

    /** Runs the body. */
    void start(RegisteredHandler handler, Long deadlineMillis) {
        execute(() -> {
            if (deadlineMillis != null) {
                deadlineAt = timers.millis() + deadlineMillis;
                if (deadlineMillis <= 0) {
                    deadlinePassed();
                    return;
                }
                deadlineTimer = timers.after(deadlineMillis, () -> execute(this::deadlinePassed));
            }
            pausing.body(() -> run(handler));
        });
    }

    private void run(RegisteredHandler handler) {
        handler.body()
                .run(this, task.execution().payload())
                .whenComplete((result, error) -> execute(() -> {
                    if (goesOn()) {
                        bodyEnded(result, Failures.unwrap(error));
                    }
                }));
    }

    private void bodyEnded(JsonText result, Throwable error) {
        if (error == null) {
            writes.finish(ExecutionStatus.COMPLETED, result, null);
        } else if (error instanceof ParkSignal) {
            parking.considerLater();
        } else {
            String step = error instanceof StepFailedException failed ? failed.stepName() : null;
            writes.finish(ExecutionStatus.FAILED, null, Failures.kept(codec, error, step));
        }
    }

    private void deadlinePassed() {
        if (!over) {
            writes.finish(ExecutionStatus.FAILED, null, codec.error("run deadline exceeded", "DeadlineExceeded", null));
        }
    }

    /** What a body asks to be run. */
    record StepCall(String name, String kind, StepOptions options, AttemptRunner runner) {}

    /** A step; the future fails with {@link StepFailedException}, or with a signal when the activation is over. */
    CompletableFuture<JsonText> step(StepCall call) {
        CompletableFuture<JsonText> outcome = new CompletableFuture<>();
        execute(() -> begin(call, null, outcome));
        return outcome;
    }

    /** The branches of a parallel group, begun in one turn so that none parks before the last has begun. */
    List<CompletableFuture<JsonText>> group(List<StepCall> calls) {
        List<CompletableFuture<JsonText>> outcomes =
                calls.stream().map(call -> new CompletableFuture<JsonText>()).toList();
        execute(() -> {
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
        execute(() -> {
            if (tooMany("branches of a parallel group", calls.size(), limits.branches(), " (zart.limits.branches)")) {
                outcome.completeExceptionally(ParkSignal.INSTANCE);
            } else {
                new FirstOf(this, name, calls, outcome).begin();
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
                place -> new StepRun(this, place, call.kind(), call.options(), call.runner(), outcome).begin());
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
        JsonText payload = codec.write(child.payload());
        return (place, attempt) -> {
            NewChild row = ChildIds.of(lease(), place.name(), child, payload);
            return writes.start(row).thenApply(started -> {
                if (started == ChildStarted.ID_TAKEN) {
                    throw new IllegalStateException(
                            "execution '" + row.executionId() + "' exists and is no child of this run");
                }
                return codec.write(row.executionId());
            });
        };
    }

    /** A wait for children. */
    CompletableFuture<JsonText> children(String name, List<String> ids, ChildMode mode, Duration timeout) {
        CompletableFuture<JsonText> outcome = new CompletableFuture<>();
        execute(() -> reach(
                name,
                ChildrenRun.kind(mode),
                null,
                outcome,
                place -> new ChildrenRun(this, place, ids, mode, timeout, outcome).look()));
        return outcome;
    }

    private CompletableFuture<JsonText> pause(String name, String event, Duration length) {
        CompletableFuture<JsonText> outcome = new CompletableFuture<>();
        execute(() -> reach(
                name,
                WaitRun.kind(event),
                null,
                outcome,
                place -> new WaitRun(this, place, event, length, outcome).begin()));
        return outcome;
    }

    /** The run does not match the code any more: it fails, and says where. In the mailbox only. */
    void drifted(String step, String why) {
        String run = lease().executionId() + ":run:" + lease().runIndex();
        String message = "handler drift in run '" + run + "': " + why
                + "; bring the step back, or rerun the execution with the present code";
        writes.finish(ExecutionStatus.FAILED, null, codec.error(message, "HandlerDrift", step));
    }

    /** Fails the run when it is larger than it may be. */
    private boolean tooMany(String what, int count, int most, String setting) {
        if (count <= most) {
            return false;
        }
        String message = count + " " + what + " are more than the limit of " + most + setting;
        writes.finish(ExecutionStatus.FAILED, null, codec.error(message, "LimitExceeded", null));
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
        if (!goesOn()) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            return;
        }
        History.Place place = history.next(rawName, group);
        if (tooMany("steps", place.position() + 1, limits.steps(), " (zart.limits.steps)")
                || tooMany("characters in the name of a step", rawName.length(), Limits.NAME, "")) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            return;
        }
        String drift = history.drift().at(place, kind);
        RecordedStep known = place.known();
        if (drift != null) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            drifted(place.name(), drift);
        } else if (known == null || known.open()) {
            if (draining) {
                refused = true;
                outcome.completeExceptionally(ParkSignal.INSTANCE);
                parking.considerLater();
                return;
            }
            open.add(outcome);
            if (known != null && known.entered()) {
                beginning.accept(place);
            } else {
                pausing.step(place.name(), () -> beginning.accept(place));
            }
        } else if (known.dead()) {
            outcome.completeExceptionally(Failures.ofStep(codec, known.name(), known.error()));
        } else {
            outcome.complete(known.result());
        }
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

    /** What is being executed may end and is recorded, but nothing further begins; then the lease is handed over. */
    void drain() {
        execute(() -> {
            draining = true;
            parking.considerLater();
        });
    }

    /** Whether nothing further begins. In the mailbox only. */
    boolean draining() {
        return draining;
    }

    /** Whether the body has asked for something that did not begin any more. In the mailbox only. */
    boolean refused() {
        return refused;
    }

    /** The lease is gone: nothing further is written. */
    void lost() {
        stopped = true;
        execute(() -> end(null));
    }

    /** Whether no attempt may begin any more: known at once, before the mailbox comes to it. May be called from any thread. */
    boolean stopped() {
        return stopped || over;
    }

    /** The end or the park is being written: the body gets nothing more. In the mailbox only. */
    void leave() {
        leaving = true;
    }

    /** The park was refused: the body is served again. In the mailbox only. */
    void stay() {
        leaving = false;
    }

    /** It is over. In the mailbox only. */
    void end(Long wakeMillis) {
        if (!over) {
            over = true;
            deadlineTimer.cancel();
            parking.close();
            List<CompletableFuture<?>> unsettled = List.copyOf(open);
            open.clear();
            unsettled.forEach(future -> future.completeExceptionally(ParkSignal.INSTANCE));
            onEnd.accept(wakeMillis);
        }
    }

    void execute(Runnable action) {
        mailbox.execute(action);
    }

    /** Whether the body is still served. In the mailbox only. */
    boolean goesOn() {
        return !over && !leaving;
    }

    boolean over() {
        return over;
    }

    /** The time of the database's clock, as far as it is known here. May be called from any thread. */
    Instant now() {
        return task.execution().scheduledAt().plusMillis(task.spentMillis() + timers.millis() - begunMillis);
    }

    /** The run's deadline, null if it has none. May be called from any thread. */
    Instant deadline() {
        Long at = deadlineAt;
        return at == null ? null : now().plusMillis(at - timers.millis());
    }

    /** Milliseconds until the run's deadline, null if it has none. In the mailbox only. */
    Long untilDeadline() {
        return deadlineAt == null ? null : Long.valueOf(deadlineAt - timers.millis());
    }

    Lease lease() {
        return task.lease();
    }

    Timers timers() {
        return timers;
    }

    Codec codec() {
        return codec;
    }

    Execution execution() {
        return task.execution();
    }

    Parking parking() {
        return parking;
    }

    Pausing pausing() {
        return pausing;
    }

    StepsInWork inWork() {
        return inWork;
    }

    /** The pause rules have changed. May be called from any thread. */
    void pausesChanged() {
        execute(parking::pausesChanged);
    }

    /** A sign of life. May be called from any thread. */
    Heartbeat heartbeat() {
        return new Heartbeat(lease(), inWork.json(codec, timers.millis()));
    }

    LeasedWrites writes() {
        return writes;
    }

    int earlierAttempts(String stepName) {
        return task.earlierAttempts().getOrDefault(stepName, 0);
    }
}
