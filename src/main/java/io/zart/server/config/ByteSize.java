package io.zart.server.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes.
 *
 * @param bytes zero or more
 */
public record ByteSize(long bytes) {

    /** What is allowed, in words for an error message. */
    public static final String ALLOWED = "a size such as 65536, 512K, 2M or 1G";

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})([KMG]?)(?:I?B)?");

    /**
     * Reads a size; K, M and G are powers of 1024.
     *
     * @param text a whole number with an optional unit
     * @return the size
     * @throws IllegalArgumentException if the text is no size
     */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text.trim().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not " + ALLOWED);
        }
        int unit = " KMG".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
        return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * unit)));
    }

    @Override
    public String toString() {
        for (int unit = 3; unit > 0; unit--) {
            long factor = 1L << (10 * unit);
            if (bytes >= factor && bytes % factor == 0) {
                return bytes / factor + " KMG".substring(unit, unit + 1);
            }
        }
        return Long.toString(bytes);
    }
}
