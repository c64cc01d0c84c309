package io.zart.server.http;

import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicLong;

/** The room that request bodies share while they are on their way, and the time that each may take. Thread-safe. */
final class SlowBodies {

    private final long room;
    private final long longestMillis;
    private final AtomicLong taken = new AtomicLong();

    /**
     * An empty room.
     *
     * @param room bytes
     */
    SlowBodies(long room, long longestMillis) {
        this.room = room;
        this.longestMillis = longestMillis;
    }

    /** Bytes in it now. */
    long taken() {
        return taken.get();
    }

    /** Lets a body in, with nothing so far; calls back if its time is over before it leaves. */
    Place enter(Vertx vertx, Runnable late) {
        return new Place(vertx, late);
    }

    /** What one body takes. For one thread. */
    final class Place {

        private final Vertx vertx;
        private final long timer;
        private long bytes;
        private boolean left;

        private Place(Vertx vertx, Runnable late) {
            this.vertx = vertx;
            this.timer = vertx.setTimer(longestMillis, over -> {
                if (!left) {
                    leave();
                    late.run();
                }
            });
        }

        /** The body has grown to that size; says whether there is room for it. */
        boolean holds(long size) {
            if (left) {
                return true;
            }
            long more = size - bytes;
            bytes = size;
            return taken.addAndGet(more) <= room;
        }

        /** It has come, or is given up. */
        void leave() {
            if (!left) {
                left = true;
                vertx.cancelTimer(timer);
                taken.addAndGet(-bytes);
            }
        }
    }
}
