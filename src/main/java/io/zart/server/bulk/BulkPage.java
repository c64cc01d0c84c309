package io.zart.server.bulk;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What was done in one page of a bulk operation; it is the result of the step.
 *
 * @param after the last id that was looked at
 * @param done executions that were acted on
 * @param skipped executions whose state did not allow it
 */
@RegisterForReflection
public record BulkPage(String after, long done, long skipped) {}
