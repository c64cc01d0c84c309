package io.zart.server.testkit;

import io.zart.server.engine.BufferedEvent;
import io.zart.server.engine.Children;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Park;
import io.zart.server.engine.RecordedStep;
import io.zart.server.engine.StepOutcome;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run as a database would keep it. Guarded by its journal. */
final class MemoryRun {

    private record Kept(
            String kind,
            String status,
            JsonText result,
            JsonText error,
            int attempt,
            int failures,
            Long dueAt,
            int position) {}

    private final Map<String, Kept> steps = new LinkedHashMap<>();
    private final List<BufferedEvent> events = new ArrayList<>();
    private final Instant epochStart;
    Execution execution;
    long epoch;
    boolean held;
    /** When it may be claimed, null for never. */
    Long runAt = 0L;

    List<String> waitEvents = List.of();
    int eventCount;

    MemoryRun(Execution execution, Instant epochStart) {
        this.execution = execution;
        this.epochStart = epochStart;
    }

    void record(StepOutcome row) {
        Kept known = steps.get(row.name());
        if (known == null || known.status().equals("scheduled")) {
            String status = row.dead() ? "dead" : "completed";
            steps.put(
                    row.name(),
                    new Kept(
                            row.kind(),
                            status,
                            row.result(),
                            row.error(),
                            row.attempt(),
                            row.failures(),
                            null,
                            row.position()));
        }
        if (row.eventSeq() != null) {
            events.removeIf(event -> event.seq() == row.eventSeq());
        }
    }

    void recordFailure(FailedAttempt row, long now) {
        steps.put(
                row.stepName(),
                new Kept(
                        row.kind(),
                        "scheduled",
                        null,
                        null,
                        row.number(),
                        row.failures(),
                        now + row.retryMillis(),
                        row.position()));
    }

    void open(Park.OpenStep row, long now) {
        Long dueAt = row.wakeMillis() == null ? null : Long.valueOf(now + row.wakeMillis());
        steps.putIfAbsent(row.name(), new Kept(row.kind(), "scheduled", null, null, 1, 0, dueAt, row.position()));
    }

    /** Stores an event and wakes the wait for it. */
    void deliver(String name, JsonText payload, long now) {
        eventCount++;
        events.add(new BufferedEvent(eventCount, name, payload, epochStart.plusMillis(now)));
        if (waitEvents.contains(name)) {
            runAt = now;
        }
    }

    /** The end of a child: counted like an event, so that a park that does not know of it is refused. */
    void childEnded(long now) {
        eventCount++;
        if (waitEvents.contains(Children.ENDED)) {
            runAt = now;
        }
    }

    List<BufferedEvent> events() {
        return List.copyOf(events);
    }

    List<String> stepNames() {
        return List.copyOf(steps.keySet());
    }

    List<RecordedStep> recorded(long now) {
        return steps.entrySet().stream()
                .map(entry -> recorded(entry.getKey(), entry.getValue(), now))
                .toList();
    }

    private RecordedStep recorded(String name, Kept step, long now) {
        return new RecordedStep(
                name,
                step.kind(),
                step.status(),
                step.result(),
                step.error(),
                step.attempt(),
                step.failures(),
                step.dueAt() == null ? null : Long.valueOf(step.dueAt() - now),
                step.dueAt() == null ? null : epochStart.plusMillis(step.dueAt()),
                null,
                step.position());
    }
}
