package io.zart.server.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.JsonValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads request bodies: strict UTF-8, strict JSON, values as their exact text. */
public final class JsonBody {

    private JsonBody() {}

    /**
     * The members of an object by name, each as its exact text; the last of equal names wins, null members are absent.
     *
     * @param required whether an empty body is refused; otherwise it is an object without members
     * @throws DomainException 400 malformed, 415 another content type, 422 not an object
     */
    public static Fields object(byte[] body, String contentType, boolean required) {
        String text = text(body, contentType);
        return text.isBlank() && !required ? new Fields(Map.of()) : members(text, JsonValues.MAX_DEPTH, "the body");
    }

    /**
     * The members of an object that holds arrays of objects with whole values in them; read on with {@link #elements} and
     * {@link #members}. Otherwise as {@link #object}.
     */
    public static Fields envelope(byte[] body, String contentType) {
        return members(text(body, contentType), JsonValues.MAX_DEPTH + JsonValues.ENVELOPES - 1, "the body");
    }

    /**
     * The members of a value that was cut out of a body, as in {@link #object}.
     *
     * @throws DomainException 422 not an object, 400 a member that is nested too deep
     */
    public static Fields members(JsonText object) {
        return members(object.text(), JsonValues.MAX_DEPTH, "it");
    }

    private static Fields members(String text, int depth, String what) {
        Map<String, JsonText> members = new LinkedHashMap<>();
        parse(text, parser -> {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                skip(parser, 0);
                return new DomainException(ErrorCode.INVALID_FIELD, what + " must be a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, cut(parser, text, depth));
            }
            return null;
        });
        members.values().removeIf(JsonText::isNull);
        return new Fields(members);
    }

    /** The elements of an array that was cut out of a body; null when it is none. */
    public static List<JsonText> elements(JsonText array) {
        List<JsonText> elements = new ArrayList<>();
        boolean[] isArray = new boolean[1];
        parse(array.text(), parser -> {
            isArray[0] = parser.currentToken() == JsonToken.START_ARRAY;
            if (!isArray[0]) {
                skip(parser, 0);
                return null;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(cut(parser, array.text(), 0));
            }
            return null;
        });
        return isArray[0] ? elements : null;
    }

    /**
     * Any value; null for an empty body.
     *
     * @throws DomainException 400 malformed, 415 another content type
     */
    public static JsonText value(byte[] body, String contentType) {
        String text = text(body, contentType);
        if (text.isEmpty()) {
            return JsonText.NULL;
        }
        JsonText[] value = new JsonText[1];
        parse(text, parser -> {
            value[0] = cut(parser, text, JsonValues.MAX_DEPTH);
            return null;
        });
        return value[0];
    }

    private interface Reading {
        DomainException read(JsonParser parser) throws IOException;
    }

    private static void parse(String text, Reading reading) {
        DomainException refusal;
        try (JsonParser parser = JsonValues.parser(text)) {
            if (parser.nextToken() == null) {
                throw malformed("the body is empty");
            }
            refusal = reading.read(parser);
            if (parser.nextToken() != null) {
                throw malformed("the body has more than one JSON value");
            }
        } catch (JsonProcessingException failure) {
            throw malformed(describe(failure));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        if (refusal != null) {
            throw refusal;
        }
    }

    private static JsonText cut(JsonParser parser, String text, int depth) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        skip(parser, depth);
        return new JsonText(text.substring(start, (int) parser.currentLocation().getCharOffset())
                .strip());
    }

    private static void skip(JsonParser parser, int limit) throws IOException {
        parser.finishToken();
        if (!parser.currentToken().isStructStart()) {
            return;
        }
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw malformed("the body ends inside a value");
            }
            parser.finishToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (limit > 0 && depth > limit) {
                throw malformed("the JSON is nested deeper than " + limit + " levels");
            }
        }
    }

    private static String text(byte[] body, String contentType) {
        requireJson(contentType);
        if (body == null) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException invalid) {
            throw malformed("the body is not valid UTF-8");
        }
    }

    private static void requireJson(String contentType) {
        if (contentType == null || contentType.isBlank()) {
            return;
        }
        String type = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        boolean json = type.equals("application/json") || (type.contains("/") && type.endsWith("+json"));
        if (!json) {
            throw new DomainException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "content type '" + type + "' is not application/json");
        }
    }

    private static String describe(JsonProcessingException failure) {
        String where = failure.getLocation() == null
                ? ""
                : " at line " + failure.getLocation().getLineNr() + ", column "
                        + failure.getLocation().getColumnNr();
        return failure.getOriginalMessage().contains("nesting depth")
                ? "the JSON is nested deeper than " + JsonValues.MAX_DEPTH + " levels"
                : "malformed JSON" + where;
    }

    private static DomainException malformed(String detail) {
        return new DomainException(ErrorCode.MALFORMED_JSON, detail);
    }
}
