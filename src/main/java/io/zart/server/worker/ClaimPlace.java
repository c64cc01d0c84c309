package io.zart.server.worker;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.zart.server.engine.Timers;
import io.zart.server.worker.WorkerStore.Handed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One claim that waits. Closed once: by its answer, or because the client went away. Confined to the mailbox but for the closing. */
final class ClaimPlace {

    private final ClaimRequest request;
    private final UniEmitter<? super List<Handed>> emitter;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<Handed> brought = new ArrayList<>();
    private int promised;
    private ClaimGroup group;
    private Timers.Handle timer = () -> {};
    private boolean late;

    ClaimPlace(ClaimRequest request, UniEmitter<? super List<Handed>> emitter) {
        this.request = request;
        this.emitter = emitter;
    }

    ClaimRequest request() {
        return request;
    }

    /** Whether it takes what is there now and does not wait. */
    boolean onlyLooks() {
        return request.patience().isZero();
    }

    /** Closes it; false if it was closed before. From any thread. */
    boolean close() {
        return closed.compareAndSet(false, true);
    }

    boolean closed() {
        return closed.get();
    }

    void enter(ClaimGroup into) {
        group = into;
    }

    void timer(Timers.Handle until) {
        timer = until;
    }

    /** It is promised one more new execution; false when it cannot take another one. */
    boolean promise() {
        promised++;
        return promised < request.most();
    }

    /** Whether a new execution was promised to it, which is not there yet. */
    boolean promised() {
        return promised > 0;
    }

    /** A promise is kept, or broken (null); all that was brought once none is open, null before. */
    List<Handed> bring(Handed task) {
        promised--;
        if (task != null) {
            brought.add(task);
        }
        return promised > 0 ? null : brought;
    }

    /** Its time is over. */
    void expire() {
        late = true;
    }

    boolean expired() {
        return late;
    }

    /** The group that it is in, null if in none. */
    ClaimGroup group() {
        return group;
    }

    /** The group that it was in, null if in none any more. */
    ClaimGroup leave() {
        timer.cancel();
        ClaimGroup left = group;
        group = null;
        return left;
    }

    /** Answers; false when there is nobody to answer to. */
    boolean answer(List<Handed> tasks) {
        boolean mine = close();
        if (mine) {
            emitter.complete(tasks);
        }
        return mine;
    }

    void refuse(Throwable failure) {
        if (close()) {
            emitter.fail(failure);
        }
    }
}
