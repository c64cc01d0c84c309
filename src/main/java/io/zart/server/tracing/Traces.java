package io.zart.server.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.execution.CallerTrace;
import io.zart.server.execution.TraceContexts;
import io.zart.server.execution.TraceOrigin;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;

/**
 * Spans of activations and their steps. The first activation of a run belongs to the trace of the request that began the run;
 * later ones are traces of their own that are linked to it. What began the execution is linked from later runs, too. Costs
 * nothing while traces are not exported. Never blocks.
 */
@Singleton
public class Traces implements CallerTrace {

    private static final AttributeKey<String> EXECUTION = AttributeKey.stringKey("zart.execution.id");
    private static final AttributeKey<Long> RUN = AttributeKey.longKey("zart.run.index");
    private static final AttributeKey<String> TASK = AttributeKey.stringKey("zart.task.name");
    private static final AttributeKey<String> STEP = AttributeKey.stringKey("zart.step.name");

    private final boolean on;
    private final Tracer tracer;
    private final TraceContexts contexts;
    private final RemoteTraces remote;
    private final Map<Lease, CompletableFuture<Span>> open = new ConcurrentHashMap<>();

    Traces(Tracer tracer, TraceContexts contexts, RemoteTraces remote, Config config) {
        this.remote = remote;
        this.tracer = tracer;
        this.contexts = contexts;
        this.on = !config.getOptionalValue("quarkus.otel.sdk.disabled", Boolean.class)
                .orElse(false);
    }

    /** An activation begins; its span begins now, even if its parent must first be read. */
    public void activationBegan(ClaimedTask task) {
        if (!on) {
            return;
        }
        Instant now = Instant.now();
        CompletableFuture<Span> span = new CompletableFuture<>();
        open.put(task.lease(), span);
        contexts.of(task.lease().executionId())
                .subscribe()
                .with(
                        origin -> span.complete(begin(task, origin, now)),
                        unknown -> span.complete(begin(task, TraceOrigin.NONE, now)));
    }

    private Span begin(ClaimedTask task, TraceOrigin origin, Instant now) {
        SpanBuilder builder = tracer.spanBuilder("run " + task.execution().taskName())
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(now)
                .setAttribute(EXECUTION, task.lease().executionId())
                .setAttribute(RUN, (long) task.lease().runIndex())
                .setAttribute(TASK, task.execution().taskName())
                .setNoParent();
        Origin.of(task.lease(), origin, task.steps().isEmpty()).place(builder);
        return builder.startSpan();
    }

    /** Whether traces are not exported. */
    public boolean off() {
        return !on;
    }

    /** A task goes to a worker: the {@code traceparent} for the worker's own spans. Never fails. */
    public Uni<String> handedOut(ClaimedTask task) {
        return remote.handedOut(task);
    }

    /** A step has an outcome; it took so long until now. */
    public void stepRecorded(Lease lease, String stepName, boolean dead, long elapsedMicros) {
        if (!on) {
            return;
        }
        CompletableFuture<Span> activation = open.get(lease);
        if (activation == null) {
            remote.stepReported(lease, stepName, dead, elapsedMicros);
            return;
        }
        Instant end = Instant.now();
        activation.thenAccept(parent -> {
            Span span = tracer.spanBuilder("step " + stepName)
                    .setParent(Context.root().with(parent))
                    .setStartTimestamp(end.minusNanos(TimeUnit.MICROSECONDS.toNanos(elapsedMicros)))
                    .setAttribute(STEP, stepName)
                    .startSpan();
            if (dead) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end(end);
        });
    }

    /** An activation is over. */
    public void activationEnded(Lease lease) {
        CompletableFuture<Span> activation = open.remove(lease);
        if (activation != null) {
            Instant end = Instant.now();
            activation.thenAccept(span -> span.end(end));
        }
    }

    @Override
    public String current() {
        return on ? TraceParent.of(Span.current().getSpanContext()) : null;
    }
}
