package io.zart.server.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.Parent;
import io.zart.server.execution.Waiting;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An execution on the wire; null members are present. */
@RegisterForReflection
@Schema(name = "Execution")
public record ExecutionView(
        @Schema(description = "The task name") String name,
        String durableExecutionId,
        @JsonRawValue @Schema(implementation = Object.class) String payload,

        @Schema(description = "scheduled, running, completed, failed or cancelled")
        String status,

        @Schema(format = "date-time") String scheduledAt,
        @Schema(format = "date-time") String completedAt,
        long version,
        @JsonRawValue @Schema(implementation = Object.class) String result,
        @JsonRawValue @Schema(implementation = Object.class) String error,
        @Schema(format = "date-time") String startedAt,
        int runIndex,
        WaitingView waiting,
        @JsonRawValue @Schema(implementation = Object.class) String tags,

        @Schema(description = "Whose body started it; null if a client did")
        ParentView parent) {

    /** The execution whose body started another one, on the wire. */
    @RegisterForReflection
    @Schema(name = "Parent")
    public record ParentView(String executionId, int runIndex, String taskName) {}

    /** What an active execution waits for, on the wire. */
    @RegisterForReflection
    @Schema(name = "Waiting")
    public record WaitingView(String kind, String name, String until) {}

    /** The record on the wire. */
    public static ExecutionView of(Execution execution) {
        return new ExecutionView(
                execution.taskName(),
                execution.id(),
                text(execution.payload()),
                execution.status().wire(),
                time(execution.scheduledAt()),
                time(execution.completedAt()),
                execution.version(),
                text(execution.result()),
                text(execution.error()),
                time(execution.startedAt()),
                execution.runIndex(),
                waiting(execution.waiting()),
                text(execution.tags()),
                parent(execution.parent()));
    }

    private static WaitingView waiting(Waiting waiting) {
        return waiting == null ? null : new WaitingView(waiting.kind(), waiting.name(), time(waiting.until()));
    }

    private static ParentView parent(Parent parent) {
        return parent == null ? null : new ParentView(parent.executionId(), parent.runIndex(), parent.taskName());
    }

    private static String text(JsonText json) {
        return json == null ? null : json.text();
    }

    private static String time(Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
