package io.zart.server.api;

import io.zart.server.execution.DomainException;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.OnConflict;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/** Turns the members of a start's body into a validated start. */
final class StartRequest {

    /** Beginning of the names of the service's own handlers. */
    private static final String RESERVED = "zart.";

    private static final int MAX_TAGS = 20;
    private static final long MAX_SECONDS = Duration.ofDays(36_500).toSeconds();

    private StartRequest() {}

    /**
     * The start.
     *
     * @param key the header Idempotency-Key, or null
     * @param policy the query parameter onConflict, or null
     * @throws DomainException 422 naming the field, 400 for the query parameter
     */
    static NewExecution of(Fields body, String key, String policy, Supplier<String> newId) {
        String given = body.string("executionId");
        String id = given != null
                ? Checks.name("executionId", given)
                : key != null ? Checks.name("Idempotency-Key", key) : newId.get();
        Duration delay = seconds(body, "delaySecs", true);
        Instant startAt = startAt(body);
        if (delay != null && startAt != null) {
            throw Fields.invalid("startAt", "and 'delaySecs' exclude each other");
        }
        JsonText payload = body.json("payload");
        return new NewExecution(
                id,
                taskName(body),
                payload == null ? JsonText.NULL : payload,
                onConflict(body.string("onConflict"), policy),
                startAt,
                delay,
                seconds(body, "timeoutSecs", false),
                tags(body));
    }

    private static String taskName(Fields body) {
        String name = Checks.name("taskName", body.string("taskName"));
        if (name.startsWith(RESERVED)) {
            throw Fields.invalid(
                    "taskName", "must not begin with '" + RESERVED + "', which the service keeps for itself");
        }
        return name;
    }

    private static OnConflict onConflict(String inBody, String inQuery) {
        String rule = "must be return, reject, restart or replace";
        if (inBody != null) {
            return OnConflict.ofWire(inBody).orElseThrow(() -> Fields.invalid("onConflict", rule));
        }
        return inQuery == null
                ? OnConflict.RETURN
                : OnConflict.ofWire(inQuery).orElseThrow(() -> Checks.parameter("onConflict", rule));
    }

    private static Duration seconds(Fields body, String name, boolean zeroAllowed) {
        Double seconds = body.number(name);
        if (seconds == null) {
            return null;
        }
        long millis = Math.round(Math.max(-1, Math.min(seconds, MAX_SECONDS + 1.0)) * 1000);
        if (seconds < 0 || seconds > MAX_SECONDS || (millis == 0 && !zeroAllowed)) {
            throw Fields.invalid(
                    name, "must be " + (zeroAllowed ? "from 0" : "more than 0") + " to " + MAX_SECONDS + " seconds");
        }
        return millis == 0 ? null : Duration.ofMillis(millis);
    }

    private static Instant startAt(Fields body) {
        String text = body.string("startAt");
        if (text == null) {
            return null;
        }
        Instant time = Checks.time(text);
        if (time == null) {
            throw Fields.invalid("startAt", "must be an RFC 3339 time");
        }
        return time;
    }

    private static JsonText tags(Fields body) {
        Map<String, String> tags = body.stringMap("tags");
        if (tags == null) {
            return null;
        }
        if (tags.size() > MAX_TAGS) {
            throw Fields.invalid("tags", "must have at most " + MAX_TAGS + " members");
        }
        tags.forEach((name, value) -> {
            Checks.name("tags", name);
            if (!value.isEmpty()) {
                Checks.name("tags." + name, value);
            }
        });
        return body.json("tags");
    }
}
