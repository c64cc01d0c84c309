package io.zart.server.execution;

import java.time.Instant;

/**
 * A run of an execution.
 *
 * @param trigger {@code initial}, {@code restart} or {@code selectivererun}
 * @param triggeredBy who asked for it, null if nobody said
 * @param startedAt when it was first picked up, null before
 * @param completedAt when it ended, null before
 */
public record RunRecord(
        String executionId,
        int index,
        JsonText payload,
        ExecutionStatus status,
        JsonText result,
        JsonText error,
        Instant startedAt,
        Instant completedAt,
        String trigger,
        String triggeredBy) {

    private static final String MARK = ":run:";
    private static final int MOST_DIGITS = 9;

    /** The id of this run. */
    public String id() {
        return id(executionId, index);
    }

    /** The id of a run. */
    public static String id(String executionId, int index) {
        return executionId + MARK + index;
    }

    /** The index in a run id of that execution, or -1 when it is none. */
    public static int indexOf(String executionId, String runId) {
        String prefix = executionId + MARK;
        String digits = runId.startsWith(prefix) ? runId.substring(prefix.length()) : "";
        boolean number = !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        return number ? Integer.parseInt(digits) : -1;
    }
}
