package io.zart.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;

/**
 * An error as a JSON problem (RFC 9457) with the member {@code error} that existing clients read.
 *
 * @param members further members; values are strings, numbers, or collections of strings
 */
public record Problem(ErrorCode code, String detail, Map<String, Object> members) {

    /** The media type. */
    public static final String TYPE = "application/problem+json";

    private static final JsonFactory FACTORY = new JsonFactory();

    /** A problem without further members. */
    public static Problem of(ErrorCode code, String detail) {
        return new Problem(code, detail, Map.of());
    }

    /** The problem that a refusal is told as. */
    public static Problem of(DomainException refusal) {
        return new Problem(refusal.code(), refusal.getMessage(), refusal.members());
    }

    /** The problem for a bare status of the framework. */
    public static Problem ofStatus(int status, String path, String method) {
        return switch (status) {
            case 404 -> of(ErrorCode.ROUTE_NOT_FOUND, "no route for " + path);
            case 405 -> of(ErrorCode.METHOD_NOT_ALLOWED, "method " + method + " is not allowed for " + path);
            case 406 -> of(ErrorCode.NOT_ACCEPTABLE, "none of the accepted media types can be produced");
            case 408 -> of(ErrorCode.REQUEST_TIMEOUT, "the request body took too long to come");
            case 413 -> of(ErrorCode.BODY_TOO_LARGE, "the request body is larger than the limit");
            case 414 -> of(ErrorCode.TARGET_TOO_LONG, "the path and the query are longer than the limit");
            case 431 -> of(ErrorCode.HEADERS_TOO_LARGE, "the request headers are larger than the limit");
            case 415 -> of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the content type must be application/json");
            case 401 -> of(ErrorCode.UNAUTHORIZED, "credentials are needed");
            case 403 -> of(ErrorCode.FORBIDDEN, "not allowed");
            case 503 -> of(ErrorCode.OVERLOADED, "the service cannot take the request now");
            default ->
                status >= 400 && status < 500
                        ? of(ErrorCode.INVALID_PARAMETER, "the request is malformed")
                        : of(ErrorCode.INTERNAL_ERROR, "internal error");
        };
    }

    /** The value of {@code Retry-After}, or null for none. */
    public String retryAfter() {
        if (code.status() != 503) {
            return null;
        }
        return code == ErrorCode.SHUTTING_DOWN ? "0" : "1";
    }

    /** The body. */
    public String json() {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("type", "urn:zart:problem:" + code.wire());
            json.writeStringField("title", code.title());
            json.writeNumberField("status", code.status());
            json.writeStringField("detail", detail);
            json.writeStringField("error", detail);
            json.writeStringField("code", code.wire());
            for (Map.Entry<String, Object> member : members.entrySet()) {
                json.writeFieldName(member.getKey());
                write(json, member.getValue());
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Collection<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                json.writeString(String.valueOf(item));
            }
            json.writeEndArray();
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else {
            json.writeString(String.valueOf(value));
        }
    }
}
