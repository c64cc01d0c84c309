package io.zart.server.pause;

import java.time.Instant;

/**
 * A pause rule. It applies while it is neither deleted nor expired, to what its parts name; a part that is null names all.
 *
 * @param stepPattern glob for step names; null to hold bodies and all steps
 * @param expiresAt null for never
 * @param createdBy null if nobody said
 * @param deletedAt null while it is not deleted
 */
public record PauseRule(
        String ruleId,
        String executionId,
        String taskName,
        String stepPattern,
        Instant createdAt,
        Instant expiresAt,
        String createdBy,
        Instant deletedAt,
        String reason) {}
