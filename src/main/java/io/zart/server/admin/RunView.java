package io.zart.server.admin;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.execution.RunRecord;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A run on the wire; null members are present. */
@RegisterForReflection
@Schema(name = "Run")
public record RunView(
        String runId,
        String executionId,
        int runIndex,
        @JsonRawValue @Schema(implementation = Object.class) String payload,

        @Schema(description = "scheduled, running, completed, failed or cancelled")
        String status,

        @JsonRawValue @Schema(implementation = Object.class) String result,
        @Schema(format = "date-time") String startedAt,
        @Schema(format = "date-time") String completedAt,

        @Schema(description = "initial, restart or selectivererun")
        String trigger,

        @JsonRawValue @Schema(implementation = Object.class) String error,
        String triggeredBy) {

    static RunView of(RunRecord run) {
        return new RunView(
                run.id(),
                run.executionId(),
                run.index(),
                Views.json(run.payload()),
                run.status().wire(),
                Views.json(run.result()),
                Views.time(run.startedAt()),
                Views.time(run.completedAt()),
                run.trigger(),
                Views.json(run.error()),
                run.triggeredBy());
    }
}
