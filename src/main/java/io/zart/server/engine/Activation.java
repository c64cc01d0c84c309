package io.zart.server.engine;

import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.StepFailedException;
import java.time.Instant;
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
    private final BodyCalls calls;
    private final Parking parking;
    private final Pausing pausing;
    private final StepsInWork inWork = new StepsInWork();
    private final LeasedWrites writes;
    private Timers.Handle deadlineTimer = () -> {};
    private final long begunMillis;
    private volatile Long deadlineAt;
    /** The body is not served any more: its end or its park is being written. */
    private boolean leaving;
    /** No further step begins. */
    private boolean draining;

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
        this.calls = new BodyCalls(this, new History(task.steps()), limits);
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
        if (deadlineAt != null && timers.millis() >= deadlineAt) {
            // Its timer may be late.
            deadlinePassed();
        } else if (error == null) {
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

    /** What is being executed may end and is recorded, but nothing further begins; then the lease is handed over. */
    void drain() {
        execute(() -> {
            draining = true;
            calls.drain();
            parking.considerLater();
        });
    }

    /** Whether nothing further begins. In the mailbox only. */
    boolean draining() {
        return draining;
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
            calls.close();
            onEnd.accept(wakeMillis);
        }
    }

    void execute(Runnable action) {
        mailbox.execute(action);
    }

    /** Whether something else is to be done at once. In the mailbox only. */
    boolean busy() {
        return mailbox.more();
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

    /** What the body asks for. */
    BodyCalls calls() {
        return calls;
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
