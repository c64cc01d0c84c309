package io.zart.server.notify;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.zart.server.execution.Execution;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A parked wait for a run that is only being started. An end that is shown before the start is answered is kept, for it may be
 * the new run's, or that of an earlier run of the id, which is not waited for. Each side writes first and then looks at what
 * the other one wrote, so that one of them sees both.
 */
final class StartWait extends OneWait {

    private final AtomicReference<Execution> latestEnd = new AtomicReference<>();
    private volatile Execution started;

    StartWait(Vertx vertx, Parked parked, String id, Duration timeout, UniEmitter<? super Execution> emitter) {
        super(vertx, parked, id, timeout, emitter);
    }

    /** The start is answered with this record, which may have ended long ago. */
    void started(Execution record) {
        started = record;
        super.seen(record);
        Execution end = latestEnd.get();
        if (end != null) {
            answer(record, end);
        }
    }

    @Override
    public void seen(Execution execution) {
        if (!execution.status().terminal()) {
            return;
        }
        latestEnd.accumulateAndGet(execution, StartWait::later);
        Execution run = started;
        if (run != null) {
            answer(run, execution);
        }
    }

    private void answer(Execution run, Execution end) {
        if (end.runIndex() >= run.runIndex()) {
            super.seen(end);
        }
    }

    private static Execution later(Execution known, Execution next) {
        return known == null || next.version() > known.version() ? next : known;
    }
}
