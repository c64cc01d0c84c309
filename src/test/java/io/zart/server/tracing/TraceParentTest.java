package io.zart.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text form of a trace context. */
class TraceParentTest {

    private static final String TEXT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void whatIsReadIsWrittenTheSame() {
        assertThat(TraceParent.of(TraceParent.parse(TEXT))).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "00-x", "00-00000000000000000000000000000000-0000000000000000-01"})
    void whatIsNoContextIsInvalid(String text) {
        assertThat(TraceParent.parse(text).isValid()).isFalse();
    }

    @Test
    void anInvalidContextHasNoText() {
        assertThat(TraceParent.of(SpanContext.getInvalid())).isNull();
    }
}
