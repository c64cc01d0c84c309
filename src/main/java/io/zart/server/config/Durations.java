package io.zart.server.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as operators write them: {@code 500ms}, {@code 15s}, {@code 5m}, {@code 2h}, {@code 30d}, or ISO-8601. */
public final class Durations {

    /** What is allowed, in words for an error message. */
    public static final String ALLOWED = "a duration such as 500ms, 15s, 5m, 2h, 30d or ISO-8601 (PT15S)";

    private static final Pattern SHORT = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @param text one number with a unit, or ISO-8601
     * @return the duration, zero or longer
     * @throws IllegalArgumentException if the text is neither, or negative
     */
    public static Duration parse(String text) {
        String trimmed = text.trim().toLowerCase(Locale.ROOT);
        Matcher matcher = SHORT.matcher(trimmed);
        if (matcher.matches()) {
            return of(Long.parseLong(matcher.group(1)), matcher.group(2));
        }
        return iso(trimmed);
    }

    /**
     * Writes a duration as {@link #parse} reads it, in the largest unit that is exact.
     *
     * @param duration the duration, in whole milliseconds
     * @return for example {@code 15s}
     */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0 || millis == 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static Duration of(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static Duration iso(String text) {
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not " + ALLOWED, e);
        }
        throw new IllegalArgumentException("not " + ALLOWED + ": negative");
    }
}
