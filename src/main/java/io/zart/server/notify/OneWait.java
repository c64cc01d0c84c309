package io.zart.server.notify;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** One parked wait for one execution. */
class OneWait implements Waiter {

    private final Vertx vertx;
    private final Parked parked;
    private final String id;
    private final UniEmitter<? super Execution> emitter;
    private final AtomicBoolean over = new AtomicBoolean();
    private final long timer;

    OneWait(Vertx vertx, Parked parked, String id, Duration timeout, UniEmitter<? super Execution> emitter) {
        this.vertx = vertx;
        this.parked = parked;
        this.id = id;
        this.emitter = emitter;
        this.timer = vertx.setTimer(Math.max(1, timeout.toMillis()), due -> fail(timedOut(id, timeout)));
    }

    static DomainException timedOut(String id, Duration timeout) {
        return new DomainException(
                ErrorCode.WAIT_TIMED_OUT,
                "execution '" + id + "' did not complete within " + timeout.toSeconds() + "s");
    }

    @Override
    public void seen(Execution execution) {
        if (execution.status().terminal() && leave()) {
            emitter.complete(execution);
        }
    }

    @Override
    public void drained() {
        fail(Waiters.shuttingDown());
    }

    void fail(Throwable failure) {
        if (leave()) {
            emitter.fail(failure);
        }
    }

    /** Frees the place; true for the first call only. */
    boolean leave() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        vertx.cancelTimer(timer);
        parked.remove(id, this);
        return true;
    }
}
