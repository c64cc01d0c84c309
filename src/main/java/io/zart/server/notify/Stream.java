package io.zart.server.notify;

import io.smallrye.mutiny.subscription.MultiEmitter;
import io.zart.server.execution.Execution;
import java.util.concurrent.atomic.AtomicReference;

/** One reader of the changes of an execution. */
final class Stream implements Waiter {

    private final Parked parked;
    private final String id;
    private final MultiEmitter<? super Execution> emitter;
    private final AtomicReference<Execution> last = new AtomicReference<>();

    Stream(Parked parked, String id, MultiEmitter<? super Execution> emitter) {
        this.parked = parked;
        this.id = id;
        this.emitter = emitter;
    }

    @Override
    public boolean seesChanges() {
        return true;
    }

    @Override
    public void seen(Execution execution) {
        Execution before = last.get();
        if (before != null && (execution.version() < before.version() || execution.equals(before))) {
            return;
        }
        if (last.compareAndSet(before, execution)) {
            emitter.emit(execution);
            if (execution.status().terminal()) {
                leave();
                emitter.complete();
            }
        } else {
            seen(execution);
        }
    }

    @Override
    public void drained() {
        leave();
        emitter.complete();
    }

    void fail(Throwable failure) {
        leave();
        emitter.fail(failure);
    }

    void leave() {
        parked.remove(id, this);
    }
}
