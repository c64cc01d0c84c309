package io.zart.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.util.Objects;

/**
 * A JSON value to the letter: as the type of a payload, a result or an event it is what was sent, with the order and repetition of keys
 * and the spelling of numbers; returned or given as a payload it is sent as it is.
 *
 * @param text one JSON value; that it is one is checked by the service
 */
public record RawJson(String text) implements JsonSerializable {

    /** A JSON value. */
    public RawJson {
        Objects.requireNonNull(text, "text");
    }

    boolean isNull() {
        return text.equals("null");
    }

    @Override
    public void serialize(JsonGenerator generator, SerializerProvider serializers) throws IOException {
        generator.writeRawValue(text);
    }

    @Override
    public void serializeWithType(JsonGenerator generator, SerializerProvider serializers, TypeSerializer type)
            throws IOException {
        serialize(generator, serializers);
    }

    @Override
    public String toString() {
        return text;
    }
}
