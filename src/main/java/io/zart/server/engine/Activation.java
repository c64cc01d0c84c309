package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.EventTimeoutException;
import io.zart.server.handler.StepFailedException;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One pass of a body: recorded steps return at once, missing ones run and are recorded. Gives the lease up when the body only
 * waits. All state is confined to the mailbox; the public methods may be called from any thread.
 */
public final class Activation {

    /** A wait that ends within so many milliseconds is waited for in place. */
    private static final long MOMENT_MILLIS = 100;

    private final ClaimedTask task;
    private final Journal journal;
    private final Timers timers;
    private final Codec codec;
    private final EngineListener listener;
    private final Consumer<Long> onEnd;
    private final Mailbox mailbox = new Mailbox();
    private final Map<String, RecordedStep> recorded = new HashMap<>();
    private final Map<String, Integer> used = new HashMap<>();
    private final List<BufferedEvent> events;
    private final Set<PendingWait> pending = new LinkedHashSet<>();
    private final List<CompletableFuture<?>> open = new ArrayList<>();
    private int eventCount;
    private int position;
    private int groups;
    private int working;
    private boolean parking;
    private volatile boolean over;
    private Long deadlineAt;

    /**
     * @param onEnd called once when the activation is over, with the milliseconds until the parked task wakes, or null
     */
    Activation(
            ClaimedTask task,
            Journal journal,
            Timers timers,
            Codec codec,
            EngineListener listener,
            Consumer<Long> onEnd) {
        this.task = task;
        this.journal = journal;
        this.timers = timers;
        this.codec = codec;
        this.listener = listener;
        this.onEnd = onEnd;
        this.events = new ArrayList<>(task.events());
        this.eventCount = task.eventCount();
        task.steps().forEach(step -> recorded.put(step.name(), step));
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
                Timers.Handle timer = timers.after(deadlineMillis, () -> execute(this::deadlinePassed));
                CompletableFuture<Void> end = new CompletableFuture<>();
                end.whenComplete((done, error) -> timer.cancel());
                open.add(end);
            }
            handler.body()
                    .run(this, task.execution().payload())
                    .whenComplete((result, error) -> execute(() -> {
                        if (!over && !parking) {
                            bodyEnded(result, StepRun.unwrap(error));
                        }
                    }));
        });
    }

    private void bodyEnded(JsonText result, Throwable error) {
        if (error == null) {
            finish(ExecutionStatus.COMPLETED, result, null);
        } else if (!(error instanceof ParkSignal)) {
            String step = error instanceof StepFailedException failed ? failed.stepName() : null;
            finish(ExecutionStatus.FAILED, null, codec.error(messageOf(error), typeOf(error), step));
        }
    }

    private void deadlinePassed() {
        if (!over) {
            finish(ExecutionStatus.FAILED, null, codec.error("run deadline exceeded", "DeadlineExceeded", null));
        }
    }

    private void finish(ExecutionStatus end, JsonText result, JsonText error) {
        parking = true;
        retrying(() -> journal.finish(lease(), task.execution(), end, result, error))
                .subscribe()
                .with(execution -> execute(() -> finished(execution)), failure -> execute(() -> refused(failure, end)));
    }

    private void finished(Execution execution) {
        end(null);
        if (execution == null) {
            listener.runChanged(lease().executionId());
        } else {
            listener.runEnded(execution);
        }
    }

    private void refused(Throwable failure, ExecutionStatus end) {
        if (end == ExecutionStatus.FAILED) {
            io.quarkus.logging.Log.errorf(failure, "the end of execution %s cannot be stored", lease().executionId());
            end(null);
        } else {
            finish(ExecutionStatus.FAILED, null, codec.error(messageOf(failure), typeOf(failure), null));
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
            int group = groups++;
            for (int i = 0; i < calls.size(); i++) {
                begin(calls.get(i), group, outcomes.get(i));
            }
        });
        return outcomes;
    }

    private void begin(StepCall call, Integer group, CompletableFuture<JsonText> outcome) {
        if (over || parking) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            return;
        }
        open.add(outcome);
        String name = unique(call.name());
        int at = position++;
        RecordedStep known = recorded.get(name);
        if (!settled(known, outcome)) {
            new StepRun(this, name, call.kind(), at, group, call.options(), call.runner(), outcome).begin(known);
        }
    }

    /** A durable sleep. */
    CompletableFuture<JsonText> sleep(String rawName, Duration length) {
        return waitStep(rawName, "sleep", null, length);
    }

    /** A wait for an event, with a time-out or null. */
    CompletableFuture<JsonText> event(String eventName, Duration timeout) {
        return waitStep(eventName, "waitforevent", eventName, timeout);
    }

    private CompletableFuture<JsonText> waitStep(String rawName, String kind, String event, Duration length) {
        CompletableFuture<JsonText> outcome = new CompletableFuture<>();
        execute(() -> {
            if (over || parking) {
                outcome.completeExceptionally(ParkSignal.INSTANCE);
                return;
            }
            open.add(outcome);
            String name = unique(rawName);
            int at = position++;
            RecordedStep known = recorded.get(name);
            if (!settled(known, outcome)) {
                beginWait(name, kind, at, event, length, known, outcome);
            }
        });
        return outcome;
    }

    private void beginWait(
            String name,
            String kind,
            int at,
            String event,
            Duration length,
            RecordedStep known,
            CompletableFuture<JsonText> outcome) {
        Long remaining =
                known != null ? known.remainingMillis() : length == null ? null : Long.valueOf(length.toMillis());
        long begun = System.nanoTime();
        Consumer<BufferedEvent> taken = arrived -> {
            StepOutcome row = new StepOutcome(
                    lease(), name, kind, at, null, false, 1, 0, micros(begun), arrived.payload(), null, arrived.seq());
            record(row, () -> outcome.complete(arrived.payload()));
        };
        Runnable timeUp = () -> {
            boolean dead = event != null;
            JsonText error = dead
                    ? codec.error("event '" + event + "' did not arrive in time", "EventTimeoutException", name)
                    : null;
            StepOutcome row = new StepOutcome(
                    lease(),
                    name,
                    kind,
                    at,
                    null,
                    dead,
                    1,
                    dead ? 1 : 0,
                    micros(begun),
                    dead ? null : JsonText.NULL,
                    error,
                    null);
            record(row, () -> {
                if (dead) {
                    outcome.completeExceptionally(stepFailure(name, error));
                } else {
                    outcome.complete(JsonText.NULL);
                }
            });
        };
        BufferedEvent early = event == null ? null : take(event);
        if (early != null) {
            taken.accept(early);
        } else if (remaining != null && remaining <= 0) {
            timeUp.run();
        } else {
            Long wakeAt = remaining == null ? null : Long.valueOf(timers.millis() + remaining);
            Park.OpenStep row = new Park.OpenStep(name, kind, at, null, remaining);
            await(new PendingWait(
                    event == null ? "sleep" : "event",
                    event == null ? name : event,
                    event,
                    wakeAt,
                    row,
                    timeUp,
                    taken));
        }
    }

    private boolean settled(RecordedStep known, CompletableFuture<JsonText> outcome) {
        if (known == null || known.status().equals("scheduled")) {
            return false;
        }
        if (known.status().equals("dead")) {
            outcome.completeExceptionally(stepFailure(known.name(), known.error()));
        } else {
            outcome.complete(known.result());
        }
        return true;
    }

    /** Adds a wait; the activation parks once the body does nothing else. In the mailbox only. */
    void await(PendingWait wait) {
        if (over) {
            return;
        }
        pending.add(wait);
        if (wait.wakeAt() != null) {
            timers.after(
                    wait.remaining(timers.millis()),
                    () -> execute(() -> {
                        if (!over && !parking && pending.remove(wait)) {
                            wait.onWake().run();
                        }
                    }));
        }
        // Queued behind what the body, called in the same turn, has asked for in the meantime.
        execute(this::parkIfIdle);
    }

    private void parkIfIdle() {
        if (over || parking || working > 0 || pending.isEmpty()) {
            return;
        }
        long now = timers.millis();
        PendingWait next = pending.iterator().next();
        for (PendingWait wait : pending) {
            if (wait.remaining(now) < next.remaining(now)) {
                next = wait;
            }
        }
        if (next.remaining(now) > MOMENT_MILLIS) {
            park(next, now);
        }
    }

    private void park(PendingWait next, long now) {
        parking = true;
        List<String> names =
                pending.stream().map(PendingWait::event).filter(e -> e != null).toList();
        List<Park.OpenStep> rows =
                pending.stream().map(PendingWait::open).filter(o -> o != null).toList();
        Long until = next.wakeAt() == null ? null : Long.valueOf(next.remaining(now));
        Long wake = until;
        if (deadlineAt != null) {
            wake = wake == null ? deadlineAt - now : Math.min(wake, deadlineAt - now);
        }
        Long wakeMillis = wake;
        Park park = new Park(
                lease(), wakeMillis, names.isEmpty() ? null : eventCount, next.kind(), next.name(), until, names, rows);
        retrying(() -> journal.park(park))
                .subscribe()
                .with(verdict -> execute(() -> parked(verdict, wakeMillis)), this::broken);
    }

    private void parked(Verdict verdict, Long wakeMillis) {
        if (over) {
            return;
        }
        if (verdict == Verdict.REFUSED) {
            retrying(() -> journal.events(lease()))
                    .subscribe()
                    .with(now -> execute(() -> eventsChanged(now)), this::broken);
        } else {
            end(verdict == Verdict.OK ? wakeMillis : null);
            listener.runChanged(lease().executionId());
        }
    }

    private void eventsChanged(Journal.Events now) {
        if (now == null) {
            end(null);
            return;
        }
        parking = false;
        eventCount = now.eventCount();
        events.clear();
        events.addAll(now.events());
        for (PendingWait wait : List.copyOf(pending)) {
            BufferedEvent arrived = wait.event() == null ? null : take(wait.event());
            if (arrived != null && pending.remove(wait)) {
                wait.onEvent().accept(arrived);
            }
        }
        for (PendingWait wait : List.copyOf(pending)) {
            if (wait.remaining(timers.millis()) <= 0 && pending.remove(wait)) {
                wait.onWake().run();
            }
        }
        parkIfIdle();
    }

    private BufferedEvent take(String eventName) {
        for (BufferedEvent event : events) {
            if (event.name().equals(eventName)) {
                events.remove(event);
                return event;
            }
        }
        return null;
    }

    /** Records an outcome and goes on. In the mailbox only. */
    void record(StepOutcome row, Runnable then) {
        write(store -> store.record(row), () -> {
            listener.stepEnded(row.name(), row.dead(), row.elapsedMicros());
            then.run();
        });
    }

    /** Writes with the lease; ends the activation if it is lost. In the mailbox only. */
    void write(Function<Journal, Uni<Verdict>> operation, Runnable then) {
        workBegins();
        retrying(() -> operation.apply(journal))
                .subscribe()
                .with(
                        verdict -> execute(() -> {
                            workEnds();
                            if (verdict == Verdict.LEASE_LOST) {
                                end(null);
                            } else if (!over) {
                                then.run();
                                execute(this::parkIfIdle);
                            }
                        }),
                        this::broken);
    }

    private void broken(Throwable failure) {
        execute(() -> {
            if (!over) {
                finish(ExecutionStatus.FAILED, null, codec.error(messageOf(failure), typeOf(failure), null));
            }
        });
    }

    /** Infrastructure errors never fail a run: the write is repeated until it is answered. */
    private <T> Uni<T> retrying(java.util.function.Supplier<Uni<T>> operation) {
        return Uni.createFrom()
                .<T>deferred(operation::get)
                .onFailure(e -> e instanceof DomainException d
                        && (d.code() == ErrorCode.DATABASE_UNAVAILABLE || d.code() == ErrorCode.OVERLOADED))
                .retry()
                .withBackOff(Duration.ofMillis(50), Duration.ofSeconds(2))
                .withJitter(0.5)
                .indefinitely();
    }

    /** The lease is gone: nothing further is written. */
    void lost() {
        execute(() -> end(null));
    }

    private void end(Long wakeMillis) {
        if (!over) {
            over = true;
            pending.clear();
            open.forEach(future -> future.completeExceptionally(ParkSignal.INSTANCE));
            open.clear();
            onEnd.accept(wakeMillis);
        }
    }

    private String unique(String name) {
        int count = used.merge(name, 1, Integer::sum);
        return count == 1 ? name : name + "#" + count;
    }

    private static long micros(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1_000;
    }

    StepFailedException stepFailure(String name, JsonText error) {
        String message = codec.errorMember(error, "message");
        String type = codec.errorMember(error, "type");
        return "EventTimeoutException".equals(type)
                ? new EventTimeoutException(name, message)
                : new StepFailedException(name, message, type);
    }

    static String messageOf(Throwable error) {
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }

    static String typeOf(Throwable error) {
        return error instanceof StepFailedException failed
                ? failed.errorType()
                : error.getClass().getSimpleName();
    }

    void execute(Runnable action) {
        mailbox.execute(action);
    }

    void workBegins() {
        working++;
    }

    void workEnds() {
        working--;
    }

    boolean over() {
        return over;
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

    int earlierAttempts(String stepName) {
        return task.earlierAttempts().getOrDefault(stepName, 0);
    }

    ClaimedTask task() {
        return task;
    }
}
