package io.zart.server.worker;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.BufferedEvent;
import io.zart.server.engine.EngineListener;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.RecordedStep;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.worker.WorkerStore.Known;
import java.util.ArrayList;
import java.util.HashSet;
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
    private final BiConsumer<Lease, Long> onPark;

    /** @param onPark is told each park with the milliseconds until it wakes, null for never by itself */
    TaskParking(
            WorkerStore store,
            Journal journal,
            EngineListener listener,
            Settling settling,
            BiConsumer<Lease, Long> onPark) {
        this.store = store;
        this.journal = journal;
        this.listener = listener;
        this.settling = settling;
        this.onPark = onPark;
    }

    /** The verdict, or null when the lease is lost. */
    Uni<VerdictView> park(Lease lease, List<WorkerWait> waits, Long wakeWithinMillis) {
        return look(lease, waits, wakeWithinMillis, MOST_LOOKS);
    }

    private Uni<VerdictView> look(Lease lease, List<WorkerWait> waits, Long within, int looks) {
        if (looks == 0) {
            return Uni.createFrom()
                    .failure(new DomainException(ErrorCode.OVERLOADED, "events come faster than the run can park"));
        }
        boolean events = waits.stream().anyMatch(wait -> wait.event() != null);
        List<String> names = waits.stream().map(WorkerWait::name).toList();
        return store.known(lease, names, events)
                .flatMap(known -> known == null
                        ? Uni.createFrom().nullItem()
                        : children(lease, waits)
                                .flatMap(children -> decide(lease, waits, within, known, children, looks)));
    }

    /** The children that are waited for, read after the count of events: an end in between refuses the park. */
    private Uni<Map<String, Execution>> children(Lease lease, List<WorkerWait> waits) {
        Set<String> ids = new HashSet<>();
        waits.forEach(wait -> ids.addAll(wait.children()));
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return journal.children()
                .read(lease.executionId(), ids)
                .map(found -> found.stream().collect(Collectors.toMap(Execution::id, Function.identity())));
    }

    private Uni<VerdictView> decide(
            Lease lease, List<WorkerWait> waits, Long within, Known known, Map<String, Execution> children, int looks) {
        List<BufferedEvent> events = new ArrayList<>(known.events());
        List<StepOutcome> over = new ArrayList<>();
        List<StepView> settled = new ArrayList<>();
        boolean retryDue = false;
        for (WorkerWait wait : waits) {
            RecordedStep step = known.steps().get(wait.name());
            if (step != null && !step.status().equals("scheduled")) {
                settled.add(StepView.of(step));
            } else if (wait.entered() == null) {
                retryDue |= wait.retryMillis() <= 0;
            } else {
                StepOutcome outcome = wait.children().isEmpty()
                        ? settling.outcome(lease, wait.entered(), step, events)
                        : settling.outcome(lease, wait.entered(), step, children);
                Optional.ofNullable(outcome).ifPresent(over::add);
            }
        }
        return over.isEmpty() && settled.isEmpty() && !retryDue
                ? parked(lease, waits, within, known, looks)
                : record(over, settled, () -> look(lease, waits, within, looks - 1));
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

    private Uni<VerdictView> parked(Lease lease, List<WorkerWait> waits, Long within, Known known, int looks) {
        Park park = park(lease, waits, within, known);
        return journal.park(park).flatMap(verdict -> switch (verdict) {
            case OK -> {
                listener.runChanged(lease.executionId());
                onPark.accept(lease, park.wakeMillis());
                yield Uni.createFrom().item(VerdictView.parkedAt());
            }
            case REFUSED -> look(lease, waits, within, looks - 1);
            default -> Uni.createFrom().nullItem();
        });
    }

    private static Park park(Lease lease, List<WorkerWait> waits, Long within, Known known) {
        WorkerWait next = waits.get(0);
        List<String> events = new ArrayList<>();
        List<Park.OpenStep> open = new ArrayList<>();
        for (WorkerWait wait : waits) {
            if (earlier(remaining(wait, known), remaining(next, known))) {
                next = wait;
            }
            if (wait.event() != null) {
                events.add(wait.event());
            }
            if (wait.entered() != null) {
                Settling.Wait row = wait.entered();
                open.add(new Park.OpenStep(
                        row.name(), row.kind(), row.position(), row.group(), row.attempt(), remaining(wait, known)));
            }
        }
        Long until = remaining(next, known);
        return new Park(
                lease,
                earlier(within, until) ? within : until,
                events.isEmpty() ? null : Integer.valueOf(known.eventCount()),
                next.shownKind(),
                next.shownName(),
                until,
                events,
                open);
    }

    private static boolean earlier(Long one, Long other) {
        return one != null && (other == null || one < other);
    }

    /** Until it is over by itself, null for never. */
    private static Long remaining(WorkerWait wait, Known known) {
        if (wait.entered() == null) {
            return wait.retryMillis();
        }
        RecordedStep entered = known.steps().get(wait.name());
        return entered == null ? wait.entered().millis() : entered.remainingMillis();
    }
}
