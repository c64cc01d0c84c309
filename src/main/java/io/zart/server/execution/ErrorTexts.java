package io.zart.server.execution;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Reads kept errors, which are objects {@code {"message","type","step"}}. */
public final class ErrorTexts {

    private ErrorTexts() {}

    /** The message of a kept error, or null for none. */
    public static String message(JsonText error) {
        if (error == null) {
            return null;
        }
        try (JsonParser parser = JsonValues.parser(error.text())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return error.text();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals("message");
                parser.nextToken();
                if (wanted && parser.currentToken() == JsonToken.VALUE_STRING) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
            return error.text();
        } catch (IOException malformed) {
            return error.text();
        }
    }
}
