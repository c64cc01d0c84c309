package io.zart.server.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.JsonValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of a request object. Getters give null for an absent member and refuse another type with 422, naming the field.
 *
 * @param members the values as text; none is null
 */
public record Fields(Map<String, JsonText> members) {

    /** The exact text, or null. */
    public JsonText json(String name) {
        return members.get(name);
    }

    /** A string, or null. */
    public String string(String name) {
        return read(
                name, "a string", parser -> parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null);
    }

    /** A number, or null; never infinite. */
    public Double number(String name) {
        return read(name, "a number", parser -> {
            if (!parser.currentToken().isNumeric()) {
                return null;
            }
            double value = Double.parseDouble(parser.getText());
            return Double.isInfinite(value) ? null : Double.valueOf(value);
        });
    }

    /** An array of strings, or null. */
    public List<String> strings(String name) {
        return read(name, "an array of strings", parser -> {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                return null;
            }
            List<String> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.VALUE_STRING) {
                    return null;
                }
                values.add(parser.getText());
            }
            return values;
        });
    }

    /** An object of strings, or null. */
    public Map<String, String> stringMap(String name) {
        return read(name, "an object of strings", parser -> {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return null;
            }
            Map<String, String> values = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    return null;
                }
                values.put(key, parser.getText());
            }
            return values;
        });
    }

    private interface Reader<T> {
        T read(JsonParser parser) throws IOException;
    }

    private <T> T read(String name, String expected, Reader<T> reader) {
        JsonText member = members.get(name);
        if (member == null) {
            return null;
        }
        T value;
        try (JsonParser parser = JsonValues.parser(member.text())) {
            parser.nextToken();
            value = reader.read(parser);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        if (value == null) {
            throw invalid(name, "must be " + expected);
        }
        return value;
    }

    /** The refusal of a field. */
    public static DomainException invalid(String name, String rule) {
        return new DomainException(ErrorCode.INVALID_FIELD, "'" + name + "' " + rule, Map.of("field", name));
    }
}
