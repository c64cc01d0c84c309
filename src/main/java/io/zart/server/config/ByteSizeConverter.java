package io.zart.server.config;

import org.eclipse.microprofile.config.spi.Converter;

/** Reads a setting with {@link ByteSize#parse}. */
public final class ByteSizeConverter implements Converter<ByteSize> {

    private static final long serialVersionUID = 1L;

    @Override
    public ByteSize convert(String value) {
        return value.isBlank() ? null : ByteSize.parse(value);
    }
}
