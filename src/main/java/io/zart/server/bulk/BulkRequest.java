package io.zart.server.bulk;

import io.zart.server.execution.Act;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.http.Acts;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A bulk operation, validated.
 *
 * @param stepName the dead step to retry; null for the one that failed the run
 * @param payload of restarted runs, null for the old one
 * @param ratePerSecond executions acted on in a second, at the most
 */
public record BulkRequest(
        Operation operation,
        BulkFilter filter,
        String stepName,
        JsonText payload,
        List<String> rerunSteps,
        List<String> preserveSteps,
        int ratePerSecond,
        Act act) {

    private static final int DEFAULT_RATE = 200;
    private static final int MOST_RATE = 5_000;
    private static final int MOST_STEP_NAME = 10_000;

    /** What is done to each execution. */
    public enum Operation {
        CANCEL,
        RETRY_STEP,
        RESTART,
        RERUN;

        /** The name on the wire. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The operation of that name, or null. */
        public static Operation ofWire(String name) {
            for (Operation operation : values()) {
                if (operation.wire().equals(name)) {
                    return operation;
                }
            }
            return null;
        }
    }

    /** Reads the members; 422 naming the field that is not acceptable, also when there is no filter at all. */
    public static BulkRequest of(Operation operation, Fields fields) {
        BulkFilter filter = new BulkFilter(
                status(fields),
                text(fields, "taskName"),
                text(fields, "search"),
                time(fields, "from"),
                time(fields, "to"));
        if (filter.isEmpty()) {
            throw Fields.invalid("status", "or another filter is required: taskName, search, from, to");
        }
        List<String> again = fields.strings("rerunSteps");
        List<String> kept = fields.strings("preserveSteps");
        String step = fields.string("stepName");
        return new BulkRequest(
                operation,
                filter,
                step == null ? null : Acts.text("stepName", step, MOST_STEP_NAME),
                fields.json("payload"),
                again == null ? List.of() : again,
                kept == null ? List.of() : kept,
                rate(fields),
                Acts.of(fields));
    }

    private static ExecutionStatus status(Fields fields) {
        String value = text(fields, "status");
        return value == null
                ? null
                : ExecutionStatus.ofWire(value)
                        .orElseThrow(() ->
                                Fields.invalid("status", "must be scheduled, running, completed, failed or cancelled"));
    }

    private static String text(Fields fields, String name) {
        String value = fields.string(name);
        return value == null || value.isEmpty() ? null : Checks.name(name, value);
    }

    private static Instant time(Fields fields, String name) {
        String value = text(fields, name);
        Instant time = value == null ? null : Checks.time(value);
        if (value != null && time == null) {
            throw Fields.invalid(name, "must be an RFC 3339 time");
        }
        return time;
    }

    private static int rate(Fields fields) {
        Double rate = fields.number("ratePerSecond");
        if (rate == null) {
            return DEFAULT_RATE;
        }
        if (rate < 1 || rate > MOST_RATE || rate != Math.rint(rate)) {
            throw Fields.invalid("ratePerSecond", "must be a whole number from 1 to " + MOST_RATE);
        }
        return rate.intValue();
    }
}
