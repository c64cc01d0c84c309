package io.zart.server.notify;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** One parked wait for one or all of many executions. */
final class ManyWait implements Waiter {

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Parked parked;
    private final Set<String> ids;
    private final boolean all;
    private final Duration timeout;
    private final UniEmitter<? super Map<String, Execution>> emitter;
    private final Map<String, Execution> ended = new ConcurrentHashMap<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final long timer;

    /** Emits the terminal records once there are enough. */
    ManyWait(
            Vertx vertx,
            Parked parked,
            Set<String> ids,
            boolean all,
            Duration timeout,
            UniEmitter<? super Map<String, Execution>> emitter) {
        this.vertx = vertx;
        this.parked = parked;
        this.ids = ids;
        this.all = all;
        this.timeout = timeout;
        this.emitter = emitter;
        // Without time it is one look, which ends it: a timer would be faster than the look.
        this.timer = timeout.isZero() ? NO_TIMER : vertx.setTimer(timeout.toMillis(), due -> timeOut());
    }

    @Override
    public void seen(Execution execution) {
        if (execution.status().terminal()) {
            ended.put(execution.id(), execution);
            if ((!all || ended.size() == ids.size()) && leave()) {
                emitter.complete(Map.copyOf(ended));
            }
        }
    }

    @Override
    public void drained() {
        fail(Waiters.shuttingDown());
    }

    void timeOut() {
        List<String> pending = ids.stream().filter(id -> !ended.containsKey(id)).toList();
        String what = pending.size() == 1 ? "execution '" + pending.get(0) + "'" : pending.size() + " executions";
        fail(new DomainException(
                ErrorCode.WAIT_TIMED_OUT,
                what + " did not complete within " + timeout.toSeconds() + "s",
                Map.of("pending", pending)));
    }

    void fail(Throwable failure) {
        if (leave()) {
            emitter.fail(failure);
        }
    }

    /** Frees the places; true for the first call only. */
    boolean leave() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        vertx.cancelTimer(timer);
        ids.forEach(id -> parked.remove(id, this));
        return true;
    }
}
