package io.zart.server.http;

import io.zart.server.execution.Act;

/** Reads on whose behalf a request acts. */
public final class Acts {

    private static final int MOST_REASON = 2_000;

    private Acts() {}

    /** The members {@code triggeredBy} and {@code reason}; 422 when one is no text or too long. */
    public static Act of(Fields body) {
        String triggeredBy = body.string("triggeredBy");
        String reason = body.string("reason");
        return Act.of(
                triggeredBy == null || triggeredBy.isEmpty() ? null : Checks.name("triggeredBy", triggeredBy),
                reason == null || reason.isEmpty() ? null : text("reason", reason, MOST_REASON));
    }

    /** The text, unless it is too long or cannot be kept; 422 then, naming the field. */
    public static String text(String field, String value, int most) {
        if (value.codePointCount(0, value.length()) > most) {
            throw Fields.invalid(field, "must have at most " + most + " characters");
        }
        if (value.indexOf('\0') >= 0 || value.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
            throw Fields.invalid(field, "must not contain NUL or lone surrogates");
        }
        return value;
    }
}
