package io.zart.server.execution;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Reads kept errors, which are objects {@code {"message","type","step"}}. */
public final class ErrorTexts {

    private ErrorTexts() {}

    /** The message of a kept error, or null for none. */
    public static String message(JsonText error) {
        return error == null ? null : member(error, "message", error.text());
    }

    /** The step that a kept error comes from, or null for none. */
    public static String step(JsonText error) {
        return error == null ? null : member(error, "step", null);
    }

    private static String member(JsonText error, String name, String otherwise) {
        try (JsonParser parser = JsonValues.parser(error.text())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return otherwise;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(name);
                parser.nextToken();
                if (wanted && parser.currentToken() == JsonToken.VALUE_STRING) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
            return otherwise;
        } catch (IOException malformed) {
            return otherwise;
        }
    }
}
