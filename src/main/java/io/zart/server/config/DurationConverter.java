package io.zart.server.config;

import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a setting with {@link Durations}. */
public final class DurationConverter implements Converter<Duration> {

    private static final long serialVersionUID = 1L;

    @Override
    public Duration convert(String value) {
        return value.isBlank() ? null : Durations.parse(value);
    }
}
