package io.zart.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.io.IOException;
import java.util.Set;

/** Reading and writing of JSON with the mapper of the user, or one that keeps big numbers. Safe for use by several threads. */
final class Json {

    /** Members whose values are the user's: they stay text until somebody says as what they are wanted. */
    private static final Set<String> OF_THE_USER = Set.of("payload", "result");

    private final ObjectMapper mapper;

    Json(ObjectMapper mapper) {
        this.mapper = mapper == null
                ? new ObjectMapper()
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false)
                : mapper;
    }

    ObjectNode object() {
        return mapper.createObjectNode();
    }

    /** A value as a node; of a {@link RawJson} one that is written as it is. */
    JsonNode tree(Object value) {
        return value instanceof RawJson ? new POJONode(value) : mapper.valueToTree(value);
    }

    /** A node as a value; absent and null are null but for {@link JsonNode} and {@link RawJson}. */
    <T> T value(JsonNode node, Class<T> type) {
        try {
            if (node instanceof POJONode kept && kept.getPojo() instanceof RawJson raw) {
                return value(raw, type);
            }
            if (type == RawJson.class) {
                return type.cast(new RawJson(node == null || node.isMissingNode() ? "null" : node.toString()));
            }
            return node == null || node.isMissingNode() || node.isNull() && !JsonNode.class.isAssignableFrom(type)
                    ? null
                    : mapper.treeToValue(node, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    private <T> T value(RawJson raw, Class<T> type) throws JsonProcessingException {
        if (type == RawJson.class) {
            return type.cast(raw);
        }
        if (JsonNode.class.isAssignableFrom(type)) {
            return type.cast(mapper.readTree(raw.text()));
        }
        return raw.isNull() ? null : mapper.readValue(raw.text(), type);
    }

    /** An answer, in which the values of the user are still text: to be read with {@link #value}. */
    JsonNode parse(String text) {
        try (JsonParser parser = mapper.createParser(text)) {
            return parser.nextToken() == null ? mapper.missingNode() : read(parser, text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private JsonNode read(JsonParser parser, String text) throws IOException {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            ArrayNode array = mapper.createArrayNode();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(read(parser, text));
            }
            return array;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return mapper.readTree(parser);
        }
        ObjectNode object = object();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.set(name, OF_THE_USER.contains(name) ? kept(parser, text) : read(parser, text));
        }
        return object;
    }

    private static JsonNode kept(JsonParser parser, String text) throws IOException {
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        return new POJONode(
                new RawJson(text.substring(begin, (int) parser.currentLocation().getCharOffset())));
    }
}
