package io.zart.server.engine;

/** Calls back later. Injected, so that tests can move time. */
public interface Timers {

    /** Calls once after so many milliseconds, never on the calling thread. */
    Handle after(long millis, Runnable action);

    /** Milliseconds of a clock that never goes back, of no known origin. */
    long millis();

    /** A call that has not happened yet. */
    @FunctionalInterface
    interface Handle {
        /** Drops the call; harmless when it has happened. */
        void cancel();
    }
}
