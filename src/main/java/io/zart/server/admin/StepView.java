package io.zart.server.admin;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.execution.AttemptRecord;
import io.zart.server.execution.ErrorTexts;
import io.zart.server.execution.History;
import io.zart.server.execution.StepRecord;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A step on the wire; null members are present. */
@RegisterForReflection
@Schema(name = "Step")
public record StepView(
        String stepId,
        String name,

        @Schema(description = "step, sleep, waitforevent, capture, waitall or waitgroup")
        String kind,

        @Schema(description = "scheduled, running, completed or dead")
        String status,

        @Schema(description = "Failed attempts since the retry policy began")
        int retryAttempt,

        @JsonRawValue @Schema(implementation = Object.class) String result,
        String lastError,
        boolean retryable,
        @Schema(format = "date-time") String scheduledAt,
        @Schema(format = "date-time") String completedAt,
        List<AttemptView> attempts) {

    /** An attempt on the wire. */
    @RegisterForReflection
    @Schema(name = "Attempt")
    public record AttemptView(
            int attemptNumber,
            @Schema(description = "completed or failed") String status,

            @JsonRawValue @Schema(implementation = Object.class)
            String result,

            String error,
            @Schema(format = "date-time") String startedAt,
            @Schema(format = "date-time") String completedAt) {

        static AttemptView of(AttemptRecord attempt) {
            return new AttemptView(
                    attempt.number(),
                    attempt.completed() ? "completed" : "failed",
                    Views.json(attempt.result()),
                    ErrorTexts.message(attempt.error()),
                    Views.time(attempt.startedAt()),
                    Views.time(attempt.completedAt()));
        }
    }

    static StepView of(History history, StepRecord step) {
        return new StepView(
                history.run().id() + ":step:" + step.name(),
                step.name(),
                step.kind(),
                step.status().wire(),
                step.failures(),
                Views.json(step.result()),
                ErrorTexts.message(step.error()),
                history.retryable(step),
                Views.time(step.scheduledAt()),
                Views.time(step.completedAt()),
                step.attempts().stream().map(AttemptView::of).toList());
    }
}
