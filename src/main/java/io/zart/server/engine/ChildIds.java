package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import io.zart.server.handler.ChildStart;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The id that a child gets when the body names none: the same in every activation, so that a repeated start finds it. */
public final class ChildIds {

    private static final int LONGEST = 255;

    private ChildIds() {}

    /** Made from the parent's id, the run and the step; a name-based UUID of them where that would be too long. */
    public static String of(Lease parent, String stepName) {
        String readable = parent.executionId() + ":" + parent.runIndex() + ":" + stepName;
        return readable.codePointCount(0, readable.length()) <= LONGEST
                ? readable
                : UUID.nameUUIDFromBytes(readable.getBytes(StandardCharsets.UTF_8))
                        .toString();
    }

    static NewChild of(Lease parent, String stepName, ChildStart child, JsonText payload) {
        return new NewChild(
                child.executionId() == null ? of(parent, stepName) : child.executionId(),
                child.taskName(),
                payload,
                child.cancelWithParent(),
                child.delay() == null ? 0 : child.delay().toMillis(),
                child.timeout() == null ? null : Long.valueOf(child.timeout().toMillis()));
    }
}
