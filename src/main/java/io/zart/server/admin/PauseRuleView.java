package io.zart.server.admin;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.pause.PauseRule;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A pause rule on the wire; null members are present. */
@RegisterForReflection
@Schema(name = "PauseRule")
public record PauseRuleView(
        String ruleId,
        String executionId,
        String taskName,
        @Schema(description = "A glob: * ? [a-z] {a,b}") String stepPattern,
        @Schema(format = "date-time") String createdAt,
        @Schema(format = "date-time") String expiresAt,
        String createdBy,
        @Schema(format = "date-time") String deletedAt,
        String reason) {

    static PauseRuleView of(PauseRule rule) {
        return new PauseRuleView(
                rule.ruleId(),
                rule.executionId(),
                rule.taskName(),
                rule.stepPattern(),
                Views.time(rule.createdAt()),
                Views.time(rule.expiresAt()),
                rule.createdBy(),
                Views.time(rule.deletedAt()),
                rule.reason());
    }
}
