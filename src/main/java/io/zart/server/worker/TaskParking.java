package io.zart.server.worker;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.BufferedEvent;
import io.zart.server.engine.EngineListener;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.PauseGate.Hold;
import io.zart.server.engine.RecordedStep;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.worker.WorkerStore.Known;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Parks runs for workers, unless one of the waits is over, which is then recorded. What was recorded of a wait that was entered
 * before stands. An event that comes in between refuses the park, and it is looked at anew. Thread-safe, never blocks.
 */
final class TaskParking {

    private static final int MOST_LOOKS = 20;

    private final WorkerStore store;
    private final Journal journal;
    private final EngineListener listener;
    private final Settling settling;
    private final PauseGate pauses;
    private final BiConsumer<Lease, Long> onPark;

    /** @param onPark is told each park with the milliseconds until it wakes, null for never by itself */
    TaskParking(
            WorkerStore store,
            Journal journal,
            EngineListener listener,
            Settling settling,
            PauseGate pauses,
            BiConsumer<Lease, Long> onPark) {
        this.store = store;
        this.journal = journal;
        this.listener = listener;
        this.settling = settling;
        this.pauses = pauses;
        this.onPark = onPark;
    }

    /**
     * What is to be parked.
     *
     * @param left looks before it gives up
     */
    private record Look(Lease lease, String taskName, List<WorkerWait> waits, Long within, int left) {

        Look again() {
            return new Look(lease, taskName, waits, within, left - 1);
        }
    }

    /** The verdict, or null when the lease is lost. */
    Uni<VerdictView> park(Lease lease, String taskName, List<WorkerWait> waits, Long wakeWithinMillis) {
        return look(new Look(lease, taskName, waits, wakeWithinMillis, MOST_LOOKS));
    }

    private Uni<VerdictView> look(Look look) {
        if (look.left() == 0) {
            return Uni.createFrom()
                    .failure(new DomainException(ErrorCode.OVERLOADED, "events come faster than the run can park"));
        }
        boolean events = look.waits().stream().anyMatch(wait -> wait.event() != null);
        List<String> names = look.waits().stream().map(WorkerWait::name).toList();
        return store.known(look.lease(), names, events)
                .flatMap(known -> known == null
                        ? Uni.createFrom().nullItem()
                        : children(look).flatMap(children -> decide(look, known, children)));
    }

    /** The children that are waited for, read after the count of events: an end in between refuses the park. */
    private Uni<Map<String, Execution>> children(Look look) {
        Set<String> ids = new HashSet<>();
        look.waits().forEach(wait -> ids.addAll(wait.children()));
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return journal.children()
                .read(look.lease().executionId(), ids)
                .map(found -> found.stream().collect(Collectors.toMap(Execution::id, Function.identity())));
    }

    private Uni<VerdictView> decide(Look look, Known known, Map<String, Execution> children) {
        List<BufferedEvent> events = new ArrayList<>(known.events());
        List<StepOutcome> over = new ArrayList<>();
        List<StepView> settled = new ArrayList<>();
        Map<String, Hold> holds = new LinkedHashMap<>();
        boolean goesOn = false;
        // Before the look at the rules: a change between the two refuses the park, never the other way round.
        long version = pauses.version();
        List<WorkerWait> waits = look.waits().stream()
                .map(wait -> wait.numbered(known.attempt(wait.name())))
                .toList();
        for (WorkerWait wait : waits) {
            RecordedStep step = known.steps().get(wait.name());
            // A wait that was entered before goes on under a pause; what has not begun does not begin.
            Hold hold = step == null ? pauses.step(look.lease().executionId(), look.taskName(), wait.name()) : null;
            if (step != null && !step.status().equals("scheduled")) {
                settled.add(StepView.of(step));
            } else if (hold != null) {
                holds.put(wait.name(), hold);
            } else if (wait.entered() == null) {
                goesOn |= wait.retryMillis() <= 0;
            } else {
                StepOutcome outcome = wait.children().isEmpty()
                        ? settling.outcome(look.lease(), wait.entered(), step, events)
                        : settling.outcome(look.lease(), wait.entered(), step, children);
                Optional.ofNullable(outcome).ifPresent(over::add);
            }
        }
        return over.isEmpty() && settled.isEmpty() && !goesOn
                ? parked(look, waits, new ParkPlan(known, holds, version))
                : record(over, settled, () -> look(look.again()));
    }

    private Uni<VerdictView> record(List<StepOutcome> over, List<StepView> settled, Supplier<Uni<VerdictView>> again) {
        if (over.isEmpty()) {
            return Uni.createFrom().item(VerdictView.goesOn(settled));
        }
        return Uni.join()
                .all(over.stream().map(journal::record).toList())
                .andFailFast()
                .flatMap(verdicts -> {
                    if (verdicts.contains(Verdict.LEASE_LOST)) {
                        return Uni.createFrom().nullItem();
                    }
                    if (verdicts.contains(Verdict.ALREADY_RECORDED)) {
                        return again.get();
                    }
                    over.forEach(row -> {
                        listener.stepEnded(row.name(), row.dead(), row.elapsedMicros());
                        settled.add(StepView.of(Settling.recorded(row)));
                    });
                    return Uni.createFrom().item(VerdictView.goesOn(settled));
                });
    }

    private Uni<VerdictView> parked(Look look, List<WorkerWait> waits, ParkPlan plan) {
        Park park = plan.park(look.lease(), waits, look.within());
        return journal.park(park).flatMap(verdict -> switch (verdict) {
            case OK -> {
                listener.runChanged(look.lease().executionId());
                onPark.accept(look.lease(), park.wakeMillis());
                yield Uni.createFrom().item(VerdictView.parkedAt());
            }
            case REFUSED -> look(look.again());
            default -> Uni.createFrom().nullItem();
        });
    }
}
