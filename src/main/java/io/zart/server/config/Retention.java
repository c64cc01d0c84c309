package io.zart.server.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How long finished executions are kept.
 *
 * @param age the age at which they go; empty keeps them for ever
 */
public record Retention(Optional<Duration> age) {

    /** What is allowed, in words for an error message. */
    public static final String ALLOWED = "'off' or " + Durations.ALLOWED;

    /**
     * Reads {@code off} or a duration.
     *
     * @param text the setting
     * @return the retention
     * @throws IllegalArgumentException if the text is neither
     */
    public static Retention parse(String text) {
        return new Retention(
                text.trim().equalsIgnoreCase("off") ? Optional.empty() : Optional.of(Durations.parse(text)));
    }
}
