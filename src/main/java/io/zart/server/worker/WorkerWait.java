package io.zart.server.worker;

/**
 * One of the things that a run is parked for.
 *
 * @param name of the step
 * @param entered the sleep or event wait, null for a retry
 * @param retryMillis until the next attempt, for a retry
 */
record WorkerWait(String name, Settling.Wait entered, Long retryMillis) {

    static WorkerWait of(Settling.Wait wait) {
        return new WorkerWait(wait.name(), wait, null);
    }

    static WorkerWait retry(String name, long millis) {
        return new WorkerWait(name, null, millis);
    }

    /** What clients see. */
    String shownKind() {
        return entered == null ? "retry" : entered.event() == null ? "sleep" : "event";
    }

    /** What clients see. */
    String shownName() {
        return event() == null ? name : event();
    }

    /** The event that ends it, or null. */
    String event() {
        return entered == null ? null : entered.event();
    }
}
