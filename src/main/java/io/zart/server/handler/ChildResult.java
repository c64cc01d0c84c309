package io.zart.server.handler;

/**
 * How a child ended.
 *
 * @param status {@code completed}, {@code failed} or {@code cancelled}
 * @param value its result, null unless it completed
 * @param errorMessage why it failed, null unless it did
 * @param <T> its result
 */
public record ChildResult<T>(String executionId, String status, T value, String errorMessage) {

    /** Whether it has a result. */
    public boolean completed() {
        return status.equals("completed");
    }
}
