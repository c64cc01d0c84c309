package io.zart.server.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.zart.server.engine.Lease;
import io.zart.server.execution.TraceOrigin;

/**
 * The requests to whose traces an activation belongs or is linked.
 *
 * @param first the one that started the execution; invalid if unknown
 * @param run the one that began the current run; invalid if unknown
 * @param firstActivation whether the activation is the first one of that run
 */
record Origin(SpanContext first, SpanContext run, boolean firstActivation) {

    /** @param fresh whether nothing was recorded in the run before the activation; it decides when the run ends before this is read */
    static Origin of(Lease lease, TraceOrigin kept, boolean fresh) {
        SpanContext first = TraceParent.parse(kept.starter());
        boolean begunByTheStart = lease.runIndex() == 0 && kept.runStarter() == null;
        return new Origin(
                first,
                begunByTheStart ? first : TraceParent.parse(kept.runStarter()),
                kept.ended() ? fresh : lease.epoch() == kept.epochBefore() + 1);
    }

    /** Whether the activation goes on in the trace of the request that began the run. */
    boolean continues() {
        return firstActivation && run.isValid();
    }

    /** Gives the span of an activation its parent, if there is one, and its links. */
    void place(SpanBuilder activation) {
        if (continues()) {
            activation.setParent(Context.root().with(Span.wrap(run)));
        } else if (run.isValid()) {
            activation.addLink(run);
        }
        if (first.isValid() && !first.equals(run)) {
            activation.addLink(first);
        }
    }
}
