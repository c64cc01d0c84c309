package io.zart.server.execution;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Compares JSON texts as values: white space, key order and the spelling of escapes and numbers do not matter. */
public final class JsonValues {

    /** Levels of nesting that a value may have. */
    public static final int MAX_DEPTH = 1000;

    /** Levels round a value in a request: the request, an array, an object. */
    public static final int ENVELOPES = 3;

    private static final int MAX_EXPONENT_DIGITS = 1000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH + ENVELOPES)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonValues() {}

    /** A parser that reads a value of {@link #MAX_DEPTH} levels inside {@link #ENVELOPES} more; offsets are characters. */
    public static JsonParser parser(String text) throws IOException {
        return FACTORY.createParser(text.toCharArray());
    }

    /** Whether both texts are the same JSON value; null stands for the JSON value null. */
    public static boolean equal(JsonText one, JsonText other) {
        String left = one == null ? "null" : one.text();
        String right = other == null ? "null" : other.text();
        return left.equals(right) || canonical(left).equals(canonical(right));
    }

    static String canonical(String text) {
        try (JsonParser parser = parser(text)) {
            parser.nextToken();
            StringBuilder out = new StringBuilder(text.length());
            append(parser, out);
            return out.toString();
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    private static void append(JsonParser parser, StringBuilder out) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> appendObject(parser, out);
            case START_ARRAY -> {
                out.append('[');
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    append(parser, out);
                    out.append(',');
                }
                out.append(']');
            }
            case VALUE_STRING -> appendString(parser.getText(), out);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.append(number(parser.getText()));
            default -> out.append(parser.getText());
        }
    }

    private record Member(String name, String value) {}

    private static void appendObject(JsonParser parser, StringBuilder out) throws IOException {
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            StringBuilder value = new StringBuilder();
            append(parser, value);
            members.add(new Member(name, value.toString()));
        }
        members.sort(Comparator.comparing(Member::name));
        out.append('{');
        for (Member member : members) {
            appendString(member.name(), out);
            out.append(':').append(member.value()).append(',');
        }
        out.append('}');
    }

    // The length makes the text unambiguous without escaping.
    private static void appendString(String value, StringBuilder out) {
        out.append('"').append(value.length()).append(':').append(value);
    }

    /** Digits without zeros at either end, and a decimal exponent; never expands the exponent. */
    static String number(String text) {
        int start = text.charAt(0) == '-' ? 1 : 0;
        int mark = Math.max(text.indexOf('e'), text.indexOf('E'));
        String mantissa = text.substring(start, mark < 0 ? text.length() : mark);
        int point = mantissa.indexOf('.');
        String digits = point < 0 ? mantissa : mantissa.substring(0, point) + mantissa.substring(point + 1);
        int first = 0;
        while (first < digits.length() && digits.charAt(first) == '0') {
            first++;
        }
        if (first == digits.length()) {
            return "0";
        }
        int last = digits.length();
        while (digits.charAt(last - 1) == '0') {
            last--;
        }
        long shift = (long) digits.length() - last - (point < 0 ? 0 : mantissa.length() - point - 1);
        String sign = start == 1 ? "-" : "";
        return sign + digits.substring(first, last) + "e" + exponent(mark < 0 ? "0" : text.substring(mark + 1), shift);
    }

    private static String exponent(String text, long shift) {
        boolean negative = text.charAt(0) == '-';
        int start = negative || text.charAt(0) == '+' ? 1 : 0;
        while (start < text.length() - 1 && text.charAt(start) == '0') {
            start++;
        }
        String digits = (negative ? "-" : "") + text.substring(start);
        // Beyond any use; compared by spelling, so that the cost stays linear.
        return digits.length() > MAX_EXPONENT_DIGITS
                ? digits + "+" + shift
                : new BigInteger(digits).add(BigInteger.valueOf(shift)).toString();
    }
}
