package io.zart.server.worker;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.engine.RecordedStep;
import io.zart.server.execution.JsonText;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A recorded step on the wire; null members are present. */
@RegisterForReflection
@Schema(name = "WorkerStep")
record StepView(
        String name,
        String kind,

        @Schema(description = "completed, dead or scheduled")
        String status,

        @JsonRawValue @Schema(implementation = Object.class) String result,
        @JsonRawValue @Schema(implementation = Object.class) String error,
        Integer position,
        int attempts,
        int failures,
        Long remainingMs,
        Long ageMs) {

    static StepView of(RecordedStep step) {
        return new StepView(
                step.name(),
                step.kind(),
                step.status(),
                text(step.result()),
                text(step.error()),
                step.position(),
                step.attempt(),
                step.failures(),
                step.remainingMillis(),
                step.ageMillis());
    }

    static String text(JsonText json) {
        return json == null ? null : json.text();
    }
}
