package io.zart.server.notify;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.util.concurrent.atomic.AtomicInteger;

/** So many waits and streams may be parked at once; further ones are refused when they are subscribed to. Thread-safe. */
final class Places {

    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    Places(int most) {
        this.most = most;
    }

    /** The same wait, which holds a place until it is answered, fails or is cancelled. */
    <T> Uni<T> hold(Uni<T> wait) {
        return Uni.createFrom()
                .deferred(() -> take()
                        ? wait.onTermination().invoke(this::leave)
                        : Uni.createFrom().failure(full()));
    }

    /** The same stream, which holds a place until it ends, fails or is cancelled. */
    <T> Multi<T> hold(Multi<T> stream) {
        return Multi.createFrom()
                .deferred(() -> take()
                        ? stream.onTermination().invoke(this::leave)
                        : Multi.createFrom().failure(full()));
    }

    private boolean take() {
        if (taken.incrementAndGet() <= most) {
            return true;
        }
        leave();
        return false;
    }

    private void leave() {
        taken.decrementAndGet();
    }

    private DomainException full() {
        return new DomainException(
                ErrorCode.OVERLOADED,
                "this instance holds " + most + " parked waits (zart.limits.parked-waits), try again");
    }
}
