package io.zart.server.worker;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.zart.server.engine.ChildStarted;
import io.zart.server.engine.Codec;
import io.zart.server.engine.EngineListener;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.NewChild;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.PauseGate.Hold;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.ExecutionStore;
import io.zart.server.execution.JsonText;
import io.zart.server.worker.WorkerStore.Standing;
import io.zart.server.worker.WorkerStore.Working;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Applies single commands; each carries its lease and gets a verdict, never a failure of its own making. Thread-safe, never blocks. */
final class TaskCommands {

    private final WorkerStore store;
    private final Journal journal;
    private final ExecutionStore executions;
    private final EngineListener listener;
    private final TaskParking parking;
    private final HeldTasks held;
    private final Codec codec;
    private final PauseGate pauses;

    TaskCommands(
            WorkerStore store,
            Journal journal,
            ExecutionStore executions,
            EngineListener listener,
            TaskParking parking,
            HeldTasks held,
            Codec codec,
            PauseGate pauses) {
        this.store = store;
        this.journal = journal;
        this.executions = executions;
        this.listener = listener;
        this.parking = parking;
        this.held = held;
        this.codec = codec;
        this.pauses = pauses;
    }

    /** Applies a command; fails with nothing but what says that the service is away or overloaded. */
    Uni<VerdictView> apply(Command command) {
        return Uni.createFrom()
                .deferred(() -> command.apply(this))
                .onFailure(failure -> !away(failure))
                .recoverWithItem(failure -> {
                    Log.warnf(failure, "a command of a worker cannot be stored");
                    return VerdictView.invalid(
                            "cannot be stored: " + failure.getClass().getSimpleName());
                });
    }

    /** Whether nothing is known of what became of it. */
    static boolean away(Throwable failure) {
        return failure instanceof DomainException refusal
                && (refusal.code() == ErrorCode.DATABASE_UNAVAILABLE || refusal.code() == ErrorCode.OVERLOADED);
    }

    Uni<VerdictView> record(StepOutcome row) {
        return journal.record(row).flatMap(verdict -> {
            if (verdict == Verdict.OK) {
                listener.stepRecorded(row.lease(), row.name(), row.dead(), row.elapsedMicros());
                return Uni.createFrom().item(going(row.lease(), VerdictView.OK));
            }
            return verdict == Verdict.ALREADY_RECORDED ? recorded(row) : lost(row.lease());
        });
    }

    private Uni<VerdictView> recorded(StepOutcome row) {
        return store.known(row.lease(), List.of(row.name()), false)
                .flatMap(known -> known == null || !known.steps().containsKey(row.name())
                        ? lost(row.lease())
                        : Uni.createFrom()
                                .item(VerdictView.alreadyRecorded(
                                        StepView.of(known.steps().get(row.name())))));
    }

    /** Starts a child and records its id; a child that cannot be is a dead step. */
    Uni<VerdictView> startChild(Lease lease, Place place, int attempt, NewChild child) {
        return journal.children().start(lease, child).flatMap(started -> {
            if (started == ChildStarted.LEASE_LOST) {
                return lost(lease);
            }
            if (started == ChildStarted.OK) {
                listener.workDue(child.taskName(), child.delayMillis());
            }
            StepOutcome row = ChildReading.step(codec, lease, place, attempt, child, started == ChildStarted.OK);
            return record(row)
                    .map(verdict ->
                            verdict.is("ok") ? VerdictView.settled(StepView.of(Settling.recorded(row))) : verdict);
        });
    }

    Uni<VerdictView> recordFailure(FailedAttempt row) {
        return journal.recordFailure(row)
                .flatMap(verdict -> verdict == Verdict.OK
                        ? Uni.createFrom().item(going(row.lease(), VerdictView.OK))
                        : lost(row.lease()));
    }

    Uni<VerdictView> started(Lease lease, Place place, int attempt) {
        return store.working(lease, new Working(place.name(), place.position(), place.group(), attempt))
                .flatMap(live -> live ? Uni.createFrom().item(going(lease, VerdictView.OK)) : lost(lease));
    }

    /** The verdict with the globs of what must not start now, if this instance knows the task. */
    private VerdictView going(Lease lease, VerdictView verdict) {
        Execution task = held.get(lease);
        return task == null ? verdict : verdict.pausing(pauses.patterns(task.id(), task.taskName()));
    }

    Uni<VerdictView> park(Lease lease, List<WorkerWait> waits, Long wakeWithinMillis) {
        return snapshot(lease)
                .flatMap(task -> task == null
                        ? Uni.createFrom().<VerdictView>nullItem()
                        : parking.park(lease, task.taskName(), waits, wakeWithinMillis))
                .flatMap(verdict -> verdict == null
                        ? standing(lease, standing -> LostLease.ofPark(lease, standing))
                        : Uni.createFrom().item(parked(lease, verdict)));
    }

    private VerdictView parked(Lease lease, VerdictView verdict) {
        if (!Boolean.TRUE.equals(verdict.parked())) {
            return going(lease, verdict);
        }
        held.remove(lease);
        return verdict;
    }

    Uni<VerdictView> finish(Lease lease, ExecutionStatus end, JsonText result, JsonText error) {
        return snapshot(lease)
                .flatMap(snapshot -> snapshot == null
                        ? Uni.createFrom().<Execution>nullItem()
                        : journal.finish(lease, snapshot, end, result, error))
                .flatMap(ended -> {
                    held.remove(lease);
                    if (ended == null) {
                        return standing(lease, standing -> LostLease.ofEnd(lease, standing, end));
                    }
                    listener.runEnded(ended);
                    return Uni.createFrom().item(VerdictView.OK);
                });
    }

    private Uni<Execution> snapshot(Lease lease) {
        Execution known = held.get(lease);
        return known != null ? Uni.createFrom().item(known) : executions.find(lease.executionId());
    }

    Uni<VerdictView> extend(Lease lease, Duration length) {
        return store.extend(lease, length).flatMap(until -> {
            if (until == null) {
                return lost(lease);
            }
            held.extended(lease, length.toMillis());
            listener.leasesRenewed(1);
            return Uni.createFrom().item(going(lease, VerdictView.extended(TaskView.time(until), length.toMillis())));
        });
    }

    Uni<VerdictView> release(Lease lease) {
        return store.handBack(lease).flatMap(taskName -> {
            held.remove(lease);
            if (taskName == null) {
                return lost(lease);
            }
            listener.workDue(taskName, 0);
            return Uni.createFrom().item(VerdictView.OK);
        });
    }

    /** Hands a task back that only pause rules hold; it comes again when one of them goes. */
    Uni<VerdictView> releasePaused(Lease lease) {
        return snapshot(lease).flatMap(task -> {
            if (task == null) {
                return lost(lease);
            }
            long version = pauses.version();
            List<Hold> holds = pauses.holds(task.id(), task.taskName());
            if (holds.isEmpty()) {
                return release(lease);
            }
            return journal.park(Pauses.park(lease, holds, version, false)).flatMap(verdict -> {
                if (verdict != Verdict.OK) {
                    return release(lease);
                }
                held.remove(lease);
                listener.runChanged(lease.executionId());
                return Uni.createFrom().item(VerdictView.OK);
            });
        });
    }

    private Uni<VerdictView> lost(Lease lease) {
        return standing(lease, standing -> LostLease.of(lease, standing));
    }

    private Uni<VerdictView> standing(Lease lease, Function<Standing, VerdictView> verdict) {
        held.remove(lease);
        return store.standing(lease).map(verdict::apply);
    }
}
