package io.zart.server.worker;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.worker.WorkerStore.Handed;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A claimed task on the wire; null members are present. */
@RegisterForReflection
@Schema(name = "WorkerTask")
record TaskView(
        String executionId,
        String runId,
        int runIndex,
        String taskName,
        @JsonRawValue @Schema(implementation = Object.class) String payload,
        LeaseView lease,
        @Schema(format = "date-time") String deadline,
        Long deadlineInMs,
        long spentMs,
        long attempt,
        List<StepView> steps,
        Map<String, Integer> earlierAttempts,
        List<String> pausedSteps,

        @Schema(description = "The W3C trace context for spans of the worker; null while traces are off")
        String traceparent) {

    /** A lease on the wire. */
    @RegisterForReflection
    @Schema(name = "WorkerLease")
    record LeaseView(
            String token, @Schema(format = "date-time") String expiresAt, long expiresInMs) {}

    /**
     * Without the waits that an operator has retried: they begin anew.
     *
     * @param pausedSteps globs of the steps that must not start now
     */
    static TaskView of(Handed handed, List<String> pausedSteps) {
        ClaimedTask task = handed.task();
        Lease lease = task.lease();
        long left = Math.max(0, (handed.expiresNanos() - System.nanoTime()) / 1_000_000);
        return new TaskView(
                lease.executionId(),
                lease.executionId() + ":run:" + lease.runIndex(),
                lease.runIndex(),
                task.execution().taskName(),
                task.execution().payload().text(),
                new LeaseView(LeaseToken.of(lease), time(handed.expiresAt()), left),
                time(handed.deadline()),
                task.deadlineMillis(),
                task.deadlineSpentMillis(),
                lease.epoch(),
                task.steps().stream()
                        .filter(step -> !step.retried())
                        .map(StepView::of)
                        .toList(),
                task.earlierAttempts(),
                pausedSteps,
                null);
    }

    /** The same with the trace to which the worker's spans belong. */
    TaskView traced(String context) {
        return new TaskView(
                executionId,
                runId,
                runIndex,
                taskName,
                payload,
                lease,
                deadline,
                deadlineInMs,
                spentMs,
                attempt,
                steps,
                earlierAttempts,
                pausedSteps,
                context);
    }

    static String time(Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
