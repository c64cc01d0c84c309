package io.zart.server.execution;

import java.util.Objects;

/**
 * A JSON value as its exact text: key order, duplicate keys, the spelling of numbers and escapes are the caller's.
 *
 * @param text one well-formed JSON value
 */
public record JsonText(String text) {

    /** The JSON value {@code null}. */
    public static final JsonText NULL = new JsonText("null");

    public JsonText {
        Objects.requireNonNull(text, "text");
    }

    /** Whether the value is {@code null}. */
    public boolean isNull() {
        return text.equals("null");
    }

    /** The value, or {@link #NULL} where there is no text. */
    public static JsonText orNull(String text) {
        return text == null ? NULL : new JsonText(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
