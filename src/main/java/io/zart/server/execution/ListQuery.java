package io.zart.server.execution;

import java.time.Instant;

/**
 * A page of the list.
 *
 * @param status exact, null for all
 * @param taskName part of the task name, any case; null for all
 * @param idPrefix beginning of the execution id, null for all
 * @param from inclusive, on scheduledAt; null for no bound
 * @param to inclusive, on scheduledAt; null for no bound
 * @param limit rows at the most
 * @param offset rows skipped
 * @param after the last row of the page before (keyset), null for the first page; then offset is 0
 */
public record ListQuery(
        ExecutionStatus status,
        String taskName,
        String idPrefix,
        Instant from,
        Instant to,
        Sort sort,
        boolean descending,
        int limit,
        int offset,
        Position after) {

    /** The sort key; ties are ordered by execution id, in the same direction. */
    public enum Sort {
        SCHEDULED_AT,
        STATUS,
        TASK_NAME
    }

    /**
     * A place in the order.
     *
     * @param key the sort key: an RFC 3339 time, a status or a task name
     */
    public record Position(String key, String id) {}
}
