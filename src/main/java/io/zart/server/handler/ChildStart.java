package io.zart.server.handler;

import java.time.Duration;

/**
 * A child execution to be started.
 *
 * @param payload written by Jackson; {@code JsonText} for the exact text
 * @param executionId its id; null for one that is made from the parent's id, the run and the step name
 * @param cancelWithParent whether a cancel of the parent's run cancels it too; otherwise it is abandoned
 * @param delay until it may start, null for at once
 * @param timeout deadline of its run from when it may start, null for none
 */
public record ChildStart(
        String taskName,
        Object payload,
        String executionId,
        boolean cancelWithParent,
        Duration delay,
        Duration timeout) {

    /** A child of that task name, which is cancelled with its parent. */
    public static ChildStart of(String taskName, Object payload) {
        return new ChildStart(taskName, payload, null, true, null, null);
    }

    /** The same with an id of its own. */
    public ChildStart withId(String id) {
        return new ChildStart(taskName, payload, id, cancelWithParent, delay, timeout);
    }

    /** The same, going on when the parent is cancelled. */
    public ChildStart abandoned() {
        return new ChildStart(taskName, payload, executionId, false, delay, timeout);
    }

    /** The same with a deadline. */
    public ChildStart withTimeout(Duration limit) {
        return new ChildStart(taskName, payload, executionId, cancelWithParent, delay, limit);
    }
}
