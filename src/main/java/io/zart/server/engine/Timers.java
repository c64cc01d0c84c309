package io.zart.server.engine;

/** Calls back later. Injected, so that tests can move time. */
public interface Timers {

    /** Calls once after so many milliseconds, never on the calling thread. */
    Handle after(long millis, Runnable action);

    /** A wait that ends within so many milliseconds is waited for in place: a park and a claim would take about as long. */
    default long patienceMillis() {
        return 100;
    }

    /** Calls once when a body that asks for nothing meanwhile can be taken to ask for nothing more by itself. */
    default Handle whenSettled(Runnable action) {
        return after(5_000, action);
    }

    /** Milliseconds of a clock that never goes back, of no known origin. */
    long millis();

    /** A call that has not happened yet. */
    @FunctionalInterface
    interface Handle {
        /** Drops the call; harmless when it has happened. */
        void cancel();
    }
}
