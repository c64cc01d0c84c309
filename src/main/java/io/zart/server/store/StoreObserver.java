package io.zart.server.store;

/** Is told how long the statements of the store take. Must not block. */
public interface StoreObserver {

    /** Looks at nothing. */
    StoreObserver NONE = new StoreObserver() {
        @Override
        public void started(long nanos) {}

        @Override
        public void batch(String kind, int rows, long nanos) {}

        @Override
        public void claimed(int tasks, int expired, long nanos) {}
    };

    /** A start was committed, so long after it was handed in. */
    void started(long nanos);

    /** A statement for so many arrivals of one kind has returned. */
    void batch(String kind, int rows, long nanos);

    /**
     * A claim has returned.
     *
     * @param expired how many of the tasks were left by a holder whose lease ran out
     */
    void claimed(int tasks, int expired, long nanos);
}
