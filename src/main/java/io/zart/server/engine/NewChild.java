package io.zart.server.engine;

import io.zart.server.execution.JsonText;

/**
 * A child execution to be started for a parent that holds its lease.
 *
 * @param delayMillis until it may start, 0 for at once
 * @param timeoutMillis deadline of its run from when it may start, null for none
 */
public record NewChild(
        String executionId,
        String taskName,
        JsonText payload,
        boolean cancelWithParent,
        long delayMillis,
        Long timeoutMillis) {}
