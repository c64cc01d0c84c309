package io.zart.server.worker;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.EngineListener;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.PauseGate.Hold;
import io.zart.server.engine.Poison;
import io.zart.server.engine.RecordedStep;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.worker.TaskExchange.Batch;
import io.zart.server.worker.WorkerStore.Due;
import io.zart.server.worker.WorkerStore.Handed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Claims tasks for workers and makes them ready: waits that are over are settled first, so that a worker finds their outcome
 * among the recorded steps; poisoned runs are failed instead. Thread-safe, never blocks.
 */
final class TaskClaims implements TaskExchange.TaskSource {

    private final WorkerStore store;
    private final Journal journal;
    private final EngineListener listener;
    private final Poison poison;
    private final PauseGate pauses;
    private final Settling settling;
    private final HeldTasks held;

    TaskClaims(
            WorkerStore store,
            Journal journal,
            EngineListener listener,
            Poison poison,
            PauseGate pauses,
            Settling settling,
            HeldTasks held) {
        this.store = store;
        this.journal = journal;
        this.listener = listener;
        this.poison = poison;
        this.pauses = pauses;
        this.settling = settling;
        this.held = held;
    }

    @Override
    public Uni<Batch> claim(List<ClaimRequest> slots) {
        ClaimRequest first = slots.get(0);
        List<String> names = new ArrayList<>(first.taskNames());
        // The names that come first are claimed first: no name may starve another for ever.
        Collections.shuffle(names);
        return store.claim(slots.stream().map(ClaimRequest::holder).toList(), names, first.lease())
                .flatMap(this::ready);
    }

    @Override
    public boolean mayBegin(String executionId, String taskName) {
        return pauses.body(executionId, taskName) == null;
    }

    @Override
    public Uni<Handed> started(Handed task) {
        Lease lease = task.task().lease();
        long version = pauses.version();
        Hold hold = pauses.body(lease.executionId(), task.task().execution().taskName());
        if (hold == null) {
            held.put(task);
            return Uni.createFrom().item(task);
        }
        return paused(lease, hold, version).replaceWith((Handed) null);
    }

    private Uni<Batch> ready(List<Handed> claimed) {
        if (claimed.isEmpty()) {
            return Uni.createFrom().item(new Batch(0, List.of()));
        }
        List<Uni<Optional<Handed>>> each = claimed.stream().map(this::ready).toList();
        return Uni.join()
                .all(each)
                .andFailFast()
                .onFailure()
                .invoke(failure -> giveBack(claimed))
                .map(ready -> {
                    List<Handed> tasks =
                            ready.stream().flatMap(Optional::stream).toList();
                    tasks.forEach(held::put);
                    return new Batch(claimed.size(), tasks);
                });
    }

    private Uni<Optional<Handed>> ready(Handed handed) {
        ClaimedTask task = handed.task();
        listener.runChanged(task.lease().executionId());
        if (poison.isIn(task)) {
            poison.end(task);
            return Uni.createFrom().item(Optional.empty());
        }
        long version = pauses.version();
        Hold hold = pauses.body(task.execution().id(), task.execution().taskName());
        return hold == null ? settled(handed) : paused(task.lease(), hold, version);
    }

    /** The body must not begin: the task is kept until the rule goes. */
    private Uni<Optional<Handed>> paused(Lease lease, Hold hold, long version) {
        return journal.park(Pauses.park(lease, List.of(hold), version, true))
                .flatMap(verdict -> verdict == Verdict.OK
                        ? Uni.createFrom().item("")
                        // The rules have changed meanwhile: the task is claimed anew.
                        : store.handBack(lease)
                                .invoke(name -> Optional.ofNullable(name).ifPresent(task -> listener.workDue(task, 0))))
                .map(done -> Optional.empty());
    }

    private Uni<Optional<Handed>> settled(Handed handed) {
        ClaimedTask task = handed.task();
        List<StepOutcome> over = settling.over(task);
        if (over.isEmpty()) {
            return Uni.createFrom().item(Optional.of(handed));
        }
        return Uni.join()
                .all(over.stream().map(journal::record).toList())
                .andFailFast()
                .map(verdicts -> verdicts.contains(Verdict.LEASE_LOST)
                        ? Optional.<Handed>empty()
                        : Optional.of(handed.with(settled(task.steps(), over))))
                .onFailure()
                .recoverWithItem(failure -> {
                    // The worker finds the waits open and asks for them again.
                    Log.debugf(failure, "waits not settled at the claim");
                    return Optional.of(handed);
                });
    }

    private static List<RecordedStep> settled(List<RecordedStep> steps, List<StepOutcome> outcomes) {
        Map<String, StepOutcome> byName = new HashMap<>();
        outcomes.forEach(outcome -> byName.put(outcome.name(), outcome));
        return steps.stream()
                .map(step -> {
                    StepOutcome outcome = byName.get(step.name());
                    return outcome == null ? step : Settling.recorded(outcome);
                })
                .toList();
    }

    @Override
    public Uni<List<Due>> due(Collection<String> taskNames) {
        return store.due(taskNames);
    }

    @Override
    public void giveBack(List<Handed> tasks) {
        tasks.forEach(handed -> {
            held.remove(handed.task().lease());
            store.handBack(handed.task().lease())
                    .subscribe()
                    .with(
                            name -> Optional.ofNullable(name).ifPresent(task -> listener.workDue(task, 0)),
                            failure -> Log.debugf(
                                    failure,
                                    "a task was not given back: its lease runs out by itself (%s)",
                                    Objects.toString(handed.task().lease().executionId())));
        });
    }
}
