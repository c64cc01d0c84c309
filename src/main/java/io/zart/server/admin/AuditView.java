package io.zart.server.admin;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.execution.AuditEntry;
import io.zart.server.execution.RunRecord;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A remembered act on the wire; null members are present. */
@RegisterForReflection
@Schema(name = "AuditEntry")
public record AuditView(
        String executionId,
        String runId,

        @Schema(description = "cancel, retry-step, restart, rerun, pause, resume or bulk")
        String operation,

        String triggeredBy,
        String reason,
        @Schema(format = "date-time") String at,

        @JsonRawValue @Schema(implementation = Object.class) String detail,

        @Schema(description = "The bulk operation that it was part of")
        String bulkId) {

    static AuditView of(AuditEntry entry) {
        return new AuditView(
                entry.executionId(),
                entry.runIndex() == null ? null : RunRecord.id(entry.executionId(), entry.runIndex()),
                entry.operation(),
                entry.triggeredBy(),
                entry.reason(),
                Views.time(entry.at()),
                Views.json(entry.detail()),
                entry.bulkId());
    }
}
