package io.zart.server.worker;

import io.zart.server.engine.Children;
import java.util.List;

/**
 * One of the things that a run is parked for.
 *
 * @param name of the step
 * @param entered the sleep or event wait, null for a retry
 * @param retryMillis until the next attempt, for a retry; 0 for a step that only a pause rule holds
 */
record WorkerWait(String name, Settling.Wait entered, Long retryMillis) {

    static WorkerWait of(Settling.Wait wait) {
        return new WorkerWait(wait.name(), wait, null);
    }

    static WorkerWait retry(String name, long millis) {
        return new WorkerWait(name, null, millis);
    }

    /** The same as that attempt of the wait; a retry is none. */
    WorkerWait numbered(int attempt) {
        return entered == null ? this : new WorkerWait(name, entered.numbered(attempt), retryMillis);
    }

    /** What clients see. */
    String shownKind() {
        if (entered == null) {
            return "retry";
        }
        return !entered.children().isEmpty() ? "children" : entered.event() == null ? "sleep" : "event";
    }

    /** What clients see. */
    String shownName() {
        return entered == null || entered.event() == null ? name : entered.event();
    }

    /** The children that it waits for. */
    List<String> children() {
        return entered == null ? List.of() : entered.children();
    }

    /** The event that ends it, or null. */
    String event() {
        if (entered == null) {
            return null;
        }
        return entered.children().isEmpty() ? entered.event() : Children.ENDED;
    }
}
