package io.zart.server.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.zart.server.execution.JsonText;
import java.util.StringJoiner;

/** Puts JSON together of parts, to the letter. A part is {@link JsonText}, a tree, a string, a number, a boolean or null. */
final class JsonParts {

    private JsonParts() {}

    static JsonText array(Object... parts) {
        StringJoiner text = new StringJoiner(",", "[", "]");
        for (Object part : parts) {
            text.add(text(part));
        }
        return new JsonText(text.toString());
    }

    /** An object of names and values in turn. */
    static JsonText object(Object... namesAndValues) {
        StringJoiner text = new StringJoiner(",", "{", "}");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            text.add(text(namesAndValues[i]) + ":" + text(namesAndValues[i + 1]));
        }
        return new JsonText(text.toString());
    }

    private static String text(Object part) {
        if (part instanceof JsonNode node && node.isMissingNode()) {
            return "null";
        }
        if (part instanceof JsonText || part instanceof JsonNode || part instanceof Number || part instanceof Boolean) {
            return part.toString();
        }
        return part == null
                ? "null"
                : JsonNodeFactory.instance.textNode(part.toString()).toString();
    }
}
