package io.zart.server.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.execution.JsonText;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;

/** Between the types of handlers and JSON text. {@link JsonText} passes through untouched. */
public final class Codec {

    private final ObjectMapper mapper;

    public Codec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** The value as JSON. */
    public JsonText write(Object value) {
        if (value == null) {
            return JsonText.NULL;
        }
        if (value instanceof JsonText text) {
            return text;
        }
        try {
            return new JsonText(mapper.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("value is not writable as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The JSON as a value of that type. */
    @SuppressWarnings("unchecked")
    public <T> T read(JsonText text, Type type) {
        if (type == JsonText.class) {
            return (T) text;
        }
        if (type == Void.class || type == null) {
            return null;
        }
        try {
            JavaType javaType = mapper.constructType(type);
            return mapper.readValue(text.text(), javaType);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "JSON does not fit " + type.getTypeName() + ": " + e.getOriginalMessage(), e);
        }
    }

    /** An error as the record keeps it. */
    public JsonText error(String message, String type, String step) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put("type", type);
        error.put("step", step);
        return write(error);
    }

    /** A member of a kept error. */
    public String errorMember(JsonText error, String member) {
        try {
            return mapper.readTree(error.text()).path(member).asText(null);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a kept error is not JSON", e);
        }
    }
}
