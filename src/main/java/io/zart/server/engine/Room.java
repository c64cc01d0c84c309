package io.zart.server.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** Places for activations. Thread-safe. */
final class Room {

    private final AtomicInteger free;

    Room(int places) {
        this.free = new AtomicInteger(places);
    }

    int free() {
        return free.get();
    }

    boolean take() {
        if (free.getAndDecrement() > 0) {
            return true;
        }
        free.incrementAndGet();
        return false;
    }

    /** Takes as many places as there are, up to the wanted number. */
    int takeUpTo(int wanted) {
        int got = 0;
        while (got < wanted && take()) {
            got++;
        }
        return got;
    }

    void giveBack(int places) {
        free.addAndGet(places);
    }
}
