package io.zart.server.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.ChildResult;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Between the types of handlers and JSON text. {@link JsonText} passes through untouched. */
public final class Codec {

    private static final int LONGEST_MESSAGE = 64 << 10;
    private static final int LONGEST_TYPE = 255;

    private final ObjectMapper mapper;
    private final long mostCharacters;

    /** Without a limit. */
    public Codec(ObjectMapper mapper) {
        this(mapper, Long.MAX_VALUE);
    }

    /** @param mostCharacters of a value as JSON */
    public Codec(ObjectMapper mapper, long mostCharacters) {
        this.mapper = mapper;
        this.mostCharacters = mostCharacters;
    }

    /**
     * The value as JSON.
     *
     * @throws IllegalArgumentException when it cannot be written
     * @throws LimitExceeded when it is too large
     */
    public JsonText write(Object value) {
        if (value == null) {
            return JsonText.NULL;
        }
        return bounded(value instanceof JsonText text ? text : json(value));
    }

    private JsonText json(Object value) {
        try {
            return new JsonText(mapper.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("value is not writable as JSON: " + e.getOriginalMessage(), e);
        }
    }

    private JsonText bounded(JsonText text) {
        if (text.text().length() > mostCharacters) {
            throw new LimitExceeded("a value of " + text.text().length() + " characters is larger than the limit of "
                    + mostCharacters + " (zart.limits.result-size)");
        }
        return text;
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

    /** Ended children as the step of their parent keeps them; their results stay as they are, to the letter. */
    public JsonText children(List<Execution> ended) {
        return new JsonText(ended.stream().map(this::child).collect(Collectors.joining(",", "[", "]")));
    }

    private String child(Execution child) {
        return "{\"executionId\":" + json(child.id()).text() + ",\"status\":\""
                + child.status().wire() + "\",\"result\":" + text(child.result()) + ",\"error\":" + text(child.error())
                + "}";
    }

    private static String text(JsonText json) {
        return json == null ? "null" : json.text();
    }

    /** The same as a body gets them. */
    <T> List<ChildResult<T>> children(JsonText kept, Class<T> type) {
        List<ChildResult<T>> results = new ArrayList<>();
        for (JsonNode child : this.<JsonNode>read(kept, JsonNode.class)) {
            String status = child.path("status").asText();
            T value = status.equals("completed")
                    ? read(new JsonText(child.path("result").toString()), type)
                    : null;
            String message = child.path("error").path("message").asText(null);
            results.add(new ChildResult<>(child.path("executionId").asText(), status, value, message));
        }
        return results;
    }

    /** An error as the record keeps it: cut where it is too long, since an error that is refused could not end anything. */
    public JsonText error(String message, String type, String step) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("message", cut(message, LONGEST_MESSAGE));
        error.put("type", cut(type, LONGEST_TYPE));
        error.put("step", step);
        return json(error);
    }

    private static String cut(String text, int most) {
        if (text == null || text.length() <= most) {
            return text;
        }
        // Not between the halves of a surrogate pair.
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
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
