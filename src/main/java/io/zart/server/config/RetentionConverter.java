package io.zart.server.config;

import org.eclipse.microprofile.config.spi.Converter;

/** Reads a setting with {@link Retention#parse}. */
public final class RetentionConverter implements Converter<Retention> {

    private static final long serialVersionUID = 1L;

    @Override
    public Retention convert(String value) {
        return value.isBlank() ? null : Retention.parse(value);
    }
}
