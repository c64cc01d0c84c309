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
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.ExecutionStore;
import io.zart.server.execution.JsonText;
import io.zart.server.worker.WorkerStore.Standing;
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

    TaskCommands(
            WorkerStore store,
            Journal journal,
            ExecutionStore executions,
            EngineListener listener,
            TaskParking parking,
            HeldTasks held,
            Codec codec) {
        this.store = store;
        this.journal = journal;
        this.executions = executions;
        this.listener = listener;
        this.parking = parking;
        this.held = held;
        this.codec = codec;
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
                listener.stepEnded(row.name(), row.dead(), row.elapsedMicros());
                return Uni.createFrom().item(VerdictView.OK);
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
    Uni<VerdictView> startChild(Lease lease, CommandReader.Place place, NewChild child) {
        return journal.children().start(lease, child).flatMap(started -> {
            if (started == ChildStarted.LEASE_LOST) {
                return lost(lease);
            }
            if (started == ChildStarted.OK) {
                listener.workDue(child.taskName(), child.delayMillis());
            }
            StepOutcome row = childStep(lease, place, child, started == ChildStarted.OK);
            return record(row)
                    .map(verdict ->
                            verdict.is("ok") ? VerdictView.settled(StepView.of(Settling.recorded(row))) : verdict);
        });
    }

    private StepOutcome childStep(Lease lease, CommandReader.Place place, NewChild child, boolean started) {
        String message = "execution '" + child.executionId() + "' exists and is no child of this run";
        return new StepOutcome(
                lease,
                place.name(),
                "step",
                place.position(),
                place.group(),
                !started,
                1,
                started ? 0 : 1,
                0,
                started ? codec.write(child.executionId()) : null,
                started ? null : codec.error(message, "ChildIdTaken", place.name()),
                null);
    }

    Uni<VerdictView> recordFailure(FailedAttempt row) {
        return journal.recordFailure(row)
                .flatMap(verdict -> verdict == Verdict.OK ? Uni.createFrom().item(VerdictView.OK) : lost(row.lease()));
    }

    Uni<VerdictView> started(Lease lease, CommandReader.Place place, int attempt) {
        return store.known(lease, List.of(place.name()), false)
                .flatMap(known -> known == null ? lost(lease) : Uni.createFrom().item(VerdictView.OK));
    }

    Uni<VerdictView> park(Lease lease, List<WorkerWait> waits, Long wakeWithinMillis) {
        return parking.park(lease, waits, wakeWithinMillis).flatMap(verdict -> {
            if (verdict == null) {
                return standing(lease, standing -> LostLease.ofPark(lease, standing));
            }
            if (Boolean.TRUE.equals(verdict.parked())) {
                held.remove(lease);
            }
            return Uni.createFrom().item(verdict);
        });
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
            return Uni.createFrom().item(VerdictView.extended(TaskView.time(until), length.toMillis()));
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

    private Uni<VerdictView> lost(Lease lease) {
        return standing(lease, standing -> LostLease.of(lease, standing));
    }

    private Uni<VerdictView> standing(Lease lease, Function<Standing, VerdictView> verdict) {
        held.remove(lease);
        return store.standing(lease).map(verdict::apply);
    }
}
