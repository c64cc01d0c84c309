package io.zart.server.http;

import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** The rules for single values. */
public final class Checks {

    private static final int MAX_NAME = 255;

    private Checks() {}

    /**
     * An id or a name: 1–255 code points, no control characters.
     *
     * @return the value
     * @throws DomainException 422 otherwise, naming the field
     */
    public static String name(String field, String value) {
        if (value == null) {
            throw Fields.invalid(field, "is required");
        }
        int length = value.codePointCount(0, value.length());
        if (length < 1 || length > MAX_NAME) {
            throw Fields.invalid(field, "must have 1 to " + MAX_NAME + " characters");
        }
        if (value.codePoints().anyMatch(Checks::unfit)) {
            throw Fields.invalid(field, "must not contain control characters");
        }
        return value;
    }

    private static boolean unfit(int codePoint) {
        return Character.isISOControl(codePoint) || (codePoint >= 0xD800 && codePoint <= 0xDFFF);
    }

    /** An RFC 3339 time to the microsecond, or null when it is none or its year is not 1 to 9999. */
    public static Instant time(String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            return time.getYear() < 1 || time.getYear() > 9999
                    ? null
                    : time.toInstant().truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException malformed) {
            return null;
        }
    }

    /**
     * Whole seconds of a wait.
     *
     * @return null when the text is not a whole number from 0; values beyond the cap are cut to it
     */
    public static Long seconds(String text, long cap) {
        if (text == null || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        String digits = text.replaceFirst("^0+(?=.)", "");
        return digits.length() > 9 ? cap : Math.min(cap, Long.parseLong(digits));
    }

    /** The refusal of a parameter. */
    public static DomainException parameter(String name, String rule) {
        return new DomainException(
                ErrorCode.INVALID_PARAMETER, "parameter '" + name + "' " + rule, Map.of("parameter", name));
    }
}
