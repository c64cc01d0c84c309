package io.zart.server.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.execution.TraceContexts;
import io.zart.server.execution.TraceOrigin;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * Spans of activations that run in remote workers: of the handing out, and of each step that is reported. Any instance may get the
 * report, so nothing is kept: the trace of a later activation is derived from its lease. Never blocks.
 */
@Singleton
public class RemoteTraces {

    private static final AttributeKey<String> EXECUTION = AttributeKey.stringKey("zart.execution.id");
    private static final AttributeKey<Long> RUN = AttributeKey.longKey("zart.run.index");
    private static final AttributeKey<String> TASK = AttributeKey.stringKey("zart.task.name");
    private static final AttributeKey<String> STEP = AttributeKey.stringKey("zart.step.name");

    private final Tracer tracer;
    private final TraceContexts contexts;

    RemoteTraces(Tracer tracer, TraceContexts contexts) {
        this.tracer = tracer;
        this.contexts = contexts;
    }

    /** A task is handed out: the {@code traceparent} under which the worker may place spans of its own. Never fails. */
    Uni<String> handedOut(ClaimedTask task) {
        return origin(task.lease(), task.steps().isEmpty()).map(origin -> {
            SpanBuilder builder = tracer.spanBuilder("run " + task.execution().taskName())
                    .setSpanKind(SpanKind.PRODUCER)
                    .setAttribute(EXECUTION, task.lease().executionId())
                    .setAttribute(RUN, (long) task.lease().runIndex())
                    .setAttribute(TASK, task.execution().taskName())
                    .setParent(under(parent(task.lease(), origin)));
            origin.place(builder);
            Span span = builder.startSpan();
            span.end();
            return TraceParent.of(span.getSpanContext());
        });
    }

    /** A worker has reported the outcome of a step that took so long until now. */
    void stepReported(Lease lease, String stepName, boolean dead, long elapsedMicros) {
        Instant end = Instant.now();
        boolean surelyFirst = lease.runIndex() == 0 && lease.epoch() == 1;
        origin(lease, surelyFirst).subscribe().with(origin -> {
            Span span = tracer.spanBuilder("step " + stepName)
                    .setParent(under(parent(lease, origin)))
                    .setStartTimestamp(end.minusNanos(TimeUnit.MICROSECONDS.toNanos(elapsedMicros)))
                    .setAttribute(EXECUTION, lease.executionId())
                    .setAttribute(STEP, stepName)
                    .startSpan();
            if (dead) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end(end);
        });
    }

    private Uni<Origin> origin(Lease lease, boolean fresh) {
        return contexts.of(lease.executionId())
                .onFailure()
                .recoverWithItem(TraceOrigin.NONE)
                .map(kept -> Origin.of(lease, kept, fresh));
    }

    private static Context under(SpanContext parent) {
        return Context.root().with(Span.wrap(parent));
    }

    private static SpanContext parent(Lease lease, Origin origin) {
        return origin.continues() ? origin.run() : derived(lease);
    }

    /** The same for all that is known of one lease, in every instance. */
    static SpanContext derived(Lease lease) {
        String text = lease.executionId() + ":" + lease.runIndex() + ":" + lease.epoch();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            HexFormat hex = HexFormat.of();
            return SpanContext.createFromRemoteParent(
                    hex.formatHex(Arrays.copyOfRange(digest, 0, 16)),
                    hex.formatHex(Arrays.copyOfRange(digest, 16, 24)),
                    TraceFlags.getSampled(),
                    TraceState.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
