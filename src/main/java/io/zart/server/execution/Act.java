package io.zart.server.execution;

/**
 * On whose behalf an operator's act is done; it is remembered with the act.
 *
 * @param triggeredBy null if nobody said
 * @param reason null if nobody said
 * @param bulkId the bulk operation that it is part of, null for none; on behalf of a bulk operation an execution is acted on once
 */
public record Act(String triggeredBy, String reason, String bulkId) {

    /** Nobody said anything. */
    public static final Act ANONYMOUS = new Act(null, null, null);

    /** An act of its own. */
    public static Act of(String triggeredBy, String reason) {
        return new Act(triggeredBy, reason, null);
    }
}
