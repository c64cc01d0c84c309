package io.zart.server.bulk;

import io.zart.server.execution.ExecutionStatus;
import java.time.Instant;

/**
 * Which executions a bulk operation is about, as in the list route; a part that is null lets all pass.
 *
 * @param taskName part of the task name, any case
 * @param idPrefix beginning of the execution id
 * @param from inclusive, on scheduledAt
 * @param to inclusive, on scheduledAt
 */
public record BulkFilter(ExecutionStatus status, String taskName, String idPrefix, Instant from, Instant to) {

    /** Whether it lets everything pass. */
    public boolean isEmpty() {
        return status == null && taskName == null && idPrefix == null && from == null && to == null;
    }
}
