package io.zart.server.execution;

import java.time.Instant;

/**
 * A remembered act of an operator.
 *
 * @param seq grows with time; the order of the list
 * @param executionId null for an act that concerns none
 * @param runIndex the run that was acted on, null if none
 * @param operation {@code cancel}, {@code retry-step}, {@code restart}, {@code rerun}, {@code pause}, {@code resume} or
 *     {@code bulk}
 * @param detail what it was about, a JSON object; null if nothing
 * @param bulkId the bulk operation that it was part of, null for none
 */
public record AuditEntry(
        long seq,
        String executionId,
        Integer runIndex,
        String operation,
        String triggeredBy,
        String reason,
        Instant at,
        JsonText detail,
        String bulkId) {}
