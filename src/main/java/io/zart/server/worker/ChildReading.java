package io.zart.server.worker;

import io.zart.server.engine.ChildIds;
import io.zart.server.engine.Codec;
import io.zart.server.engine.Lease;
import io.zart.server.engine.NewChild;
import io.zart.server.engine.StepOutcome;
import io.zart.server.execution.JsonText;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import java.util.List;

/** Reads commands about children, and makes their steps. */
final class ChildReading {

    private static final int MAX_CHILDREN = 100;

    private ChildReading() {}

    static NewChild child(Lease parent, String step, Numbers fields) {
        String policy = fields.string("onParentCancel");
        if (policy != null && !policy.equals("cancel") && !policy.equals("abandon")) {
            throw Fields.invalid("onParentCancel", "must be cancel or abandon");
        }
        String id = fields.string("childId");
        JsonText payload = fields.json("payload");
        Long delay = fields.millisOfSeconds("delaySecs");
        Long timeout = fields.millisOfSeconds("timeoutSecs");
        if (timeout != null && timeout == 0) {
            throw Fields.invalid("timeoutSecs", "must be more than 0");
        }
        return new NewChild(
                id == null ? ChildIds.of(parent, step) : Checks.name("childId", id),
                Checks.name("taskName", fields.string("taskName")),
                payload == null ? JsonText.NULL : payload,
                !"abandon".equals(policy),
                delay == null ? 0 : delay,
                timeout);
    }

    /** The kind of a wait for children. */
    static String kind(Numbers fields) {
        String mode = fields.string("mode");
        if (mode != null && !mode.equals("all") && !mode.equals("any")) {
            throw Fields.invalid("mode", "must be all or any");
        }
        return "any".equals(mode) ? Settling.ANY_CHILD : Settling.ALL_CHILDREN;
    }

    static List<String> children(Numbers fields) {
        List<String> ids = fields.fields().strings("children");
        if (ids == null || ids.isEmpty() || ids.size() > MAX_CHILDREN) {
            throw Fields.invalid("children", "must have 1 to " + MAX_CHILDREN + " ids");
        }
        ids.forEach(id -> Checks.name("children", id));
        if (ids.stream().distinct().count() < ids.size()) {
            throw Fields.invalid("children", "must not have an id twice");
        }
        return ids;
    }

    /** The step of a started child, or of one that could not be started because its id is another's. */
    static StepOutcome step(Codec codec, Lease lease, Place place, int attempt, NewChild child, boolean started) {
        String message = "execution '" + child.executionId() + "' exists and is no child of this run";
        return new StepOutcome(
                lease,
                place.name(),
                "step",
                place.position(),
                place.group(),
                !started,
                attempt,
                started ? 0 : 1,
                0,
                started ? codec.write(child.executionId()) : null,
                started ? null : codec.error(message, "ChildIdTaken", place.name()),
                null);
    }
}
