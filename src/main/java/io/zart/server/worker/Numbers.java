package io.zart.server.worker;

import io.zart.server.execution.JsonText;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Members of a command; each getter refuses what is not allowed, naming the member. */
record Numbers(Fields fields) {

    static final int MOST_STEPS = 1_000_000_000;
    static final int MOST_ATTEMPTS = 1_000_000_000;

    /** A hundred years. */
    private static final double MOST_MILLIS = 3_153_600_000_000.0;

    JsonText json(String name) {
        return fields.json(name);
    }

    String string(String name) {
        return fields.string(name);
    }

    String requiredString(String name) {
        String value = fields.string(name);
        if (value == null) {
            throw Fields.invalid(name, "is required");
        }
        return value;
    }

    /** Whether it is true; false when absent. */
    boolean flag(String name) {
        JsonText value = fields.json(name);
        if (value != null && !value.text().equals("true") && !value.text().equals("false")) {
            throw Fields.invalid(name, "must be true or false");
        }
        return value != null && value.text().equals("true");
    }

    /** A whole number; the default may be out of range, which makes the member required. */
    int whole(String name, int absent, int least, int most) {
        Integer value = optional(name, least, most);
        if (value == null && absent < least) {
            throw Fields.invalid(name, "is required");
        }
        return value == null ? absent : value;
    }

    /** A whole number, or null. */
    Integer optional(String name, int least, int most) {
        Double value = fields.number(name);
        if (value == null) {
            return null;
        }
        if (value != Math.rint(value) || value < least || value > most) {
            throw Fields.invalid(name, "must be a whole number from " + least + " to " + most);
        }
        return value.intValue();
    }

    /** Milliseconds, rounded up, or null; a negative one counts as 0. */
    Long millis(String name) {
        return bounded(name, 1);
    }

    long requiredMillis(String name) {
        Long millis = millis(name);
        if (millis == null) {
            throw Fields.invalid(name, "is required");
        }
        return millis;
    }

    /** Milliseconds until the next attempt: {@code afterMs}, or until the time {@code at}; 0 if that is past. */
    long untilRetry(Clock clock) {
        String at = fields.string("at");
        if (at == null) {
            return requiredMillis("afterMs");
        }
        Instant time = Checks.time(at);
        if (time == null) {
            throw Fields.invalid("at", "must be a time as in RFC 3339");
        }
        long millis = Duration.between(clock.instant(), time).toMillis();
        if (millis > MOST_MILLIS) {
            throw Fields.invalid("at", "must be within a hundred years");
        }
        return Math.max(0, millis);
    }

    /** Seconds as milliseconds, rounded up, or null. */
    Long millisOfSeconds(String name) {
        return bounded(name, 1_000);
    }

    /** Milliseconds as microseconds, 0 when absent. */
    long micros(String name) {
        Double millis = fields.number(name);
        return millis == null ? 0 : Math.round(Math.max(0, Math.min(millis, MOST_MILLIS)) * 1_000);
    }

    private Long bounded(String name, int factor) {
        Double value = fields.number(name);
        if (value == null) {
            return null;
        }
        if (value * factor > MOST_MILLIS) {
            throw Fields.invalid(name, "must be at most a hundred years");
        }
        return (long) Math.ceil(Math.max(0, value * factor));
    }
}
