package io.zart.server.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of a trace context (W3C Trace Context, {@code traceparent}). */
final class TraceParent {

    private static final Pattern FORM = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

    private TraceParent() {}

    /** The text of a context; null when it is no valid one. */
    static String of(SpanContext context) {
        return context.isValid()
                ? "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                        + context.getTraceFlags().asHex()
                : null;
    }

    /** The context of a text; an invalid one when it cannot be read. */
    static SpanContext parse(String text) {
        Matcher form = FORM.matcher(text == null ? "" : text);
        return form.matches()
                ? SpanContext.createFromRemoteParent(
                        form.group(1), form.group(2), TraceFlags.fromHex(form.group(3), 0), TraceState.getDefault())
                : SpanContext.getInvalid();
    }
}
