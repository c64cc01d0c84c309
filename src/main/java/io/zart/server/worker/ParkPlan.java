package io.zart.server.worker;

import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.PauseGate.Hold;
import io.zart.server.engine.RecordedStep;
import io.zart.server.worker.WorkerStore.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes one park of several waits.
 *
 * @param holds pause rules by the names of the waits that they hold
 * @param version the state of the rules
 */
record ParkPlan(Known known, Map<String, Hold> holds, long version) {

    /** @param within the task comes again at the latest then, null for no bound */
    Park park(Lease lease, List<WorkerWait> waits, Long within) {
        WorkerWait next = waits.get(0);
        List<String> events = new ArrayList<>();
        List<Park.OpenStep> open = new ArrayList<>();
        for (WorkerWait wait : waits) {
            if (earlier(remaining(wait), remaining(next))) {
                next = wait;
            }
            if (!holds.containsKey(wait.name())) {
                if (wait.event() != null) {
                    events.add(wait.event());
                }
                if (wait.entered() != null) {
                    Settling.Wait row = wait.entered();
                    open.add(new Park.OpenStep(
                            row.name(), row.kind(), row.position(), row.group(), row.attempt(), remaining(wait)));
                }
            }
        }
        Long until = remaining(next);
        Hold shown = holds.values().stream().findFirst().orElse(null);
        return new Park(
                lease,
                earlier(within, until) ? within : until,
                events.isEmpty() ? null : Integer.valueOf(known.eventCount()),
                shown == null ? next.shownKind() : "paused",
                shown == null ? next.shownName() : shown.ruleId(),
                shown == null ? until : shown.remainingMillis(),
                events,
                open,
                held());
    }

    private Park.Held held() {
        return holds.isEmpty()
                ? null
                : new Park.Held(
                        holds.values().stream().map(Hold::ruleId).distinct().toList(), version, false);
    }

    private static boolean earlier(Long one, Long other) {
        return one != null && (other == null || one < other);
    }

    /** Until it is over by itself, null for never. */
    private Long remaining(WorkerWait wait) {
        Hold hold = holds.get(wait.name());
        if (hold != null) {
            return hold.remainingMillis();
        }
        if (wait.entered() == null) {
            return wait.retryMillis();
        }
        RecordedStep entered = known.steps().get(wait.name());
        return entered == null ? wait.entered().millis() : entered.remainingMillis();
    }
}
