package io.zart.server.tracing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the spans of export requests (OTLP), of which several, one after the other, read as one. */
final class Spans {

    /**
     * One of them, as far as tests look.
     *
     * @param trace its trace, in hexadecimal digits
     * @param parent the id of its parent, empty for none
     * @param links {@code TRACE:ID} of what it is linked to
     */
    record Span(
            String trace, String id, String parent, String name, Map<String, String> attributes, List<String> links) {

        /** Whether it is linked to a span of that trace. */
        boolean linkedTo(String otherTrace) {
            return links.stream().anyMatch(link -> link.startsWith(otherTrace + ":"));
        }
    }

    private static final int ATTRIBUTES = 9;
    private static final int LINKS = 13;

    private Spans() {}

    /** All spans of all scopes of all resources. */
    static List<Span> read(byte[] requests) {
        try {
            List<Span> spans = new ArrayList<>();
            for (UnknownFieldSet resource : nested(UnknownFieldSet.parseFrom(requests), 1)) {
                for (UnknownFieldSet scope : nested(resource, 2)) {
                    for (UnknownFieldSet span : nested(scope, 2)) {
                        spans.add(span(span));
                    }
                }
            }
            return spans;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not what a collector gets", e);
        }
    }

    private static Span span(UnknownFieldSet span) throws InvalidProtocolBufferException {
        List<String> links = nested(span, LINKS).stream()
                .map(link -> hex(link, 1) + ":" + hex(link, 2))
                .toList();
        Map<String, String> attributes = nested(span, ATTRIBUTES).stream()
                .collect(Collectors.toMap(attribute -> text(attribute, 1), attribute -> text(attribute, 2)));
        return new Span(hex(span, 1), hex(span, 2), hex(span, 4), text(span, 5), attributes, links);
    }

    private static List<UnknownFieldSet> nested(UnknownFieldSet message, int field)
            throws InvalidProtocolBufferException {
        List<UnknownFieldSet> messages = new ArrayList<>();
        for (ByteString bytes : message.getField(field).getLengthDelimitedList()) {
            messages.add(UnknownFieldSet.parseFrom(bytes));
        }
        return messages;
    }

    private static ByteString bytes(UnknownFieldSet message, int field) {
        List<ByteString> values = message.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? ByteString.EMPTY : values.get(0);
    }

    private static String hex(UnknownFieldSet message, int field) {
        return HexFormat.of().formatHex(bytes(message, field).toByteArray());
    }

    /** A text; of a value of an attribute, which is a message of its own, with its head. */
    private static String text(UnknownFieldSet message, int field) {
        return bytes(message, field).toStringUtf8();
    }
}
