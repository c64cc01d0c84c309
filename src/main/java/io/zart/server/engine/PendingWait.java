package io.zart.server.engine;

import java.util.function.Consumer;

/**
 * Something that a body waits for without working.
 *
 * @param kind {@code event}, {@code sleep}, {@code retry}, {@code children} or {@code paused}
 * @param name what clients see
 * @param event name of the event that ends it, null if none does
 * @param wakeAt when it ends by itself, in the milliseconds of {@link Timers}; null if never
 * @param open the step to be kept while parked, null for a retry, which its attempt row keeps
 * @param onWake called when the time has come
 * @param onEvent called with the event
 * @param onChange called, instead, when something may have happened that is to be looked at; null if nothing can
 */
record PendingWait(
        String kind,
        String name,
        String event,
        Long wakeAt,
        Park.OpenStep open,
        Runnable onWake,
        Consumer<BufferedEvent> onEvent,
        Runnable onChange) {

    PendingWait(
            String kind,
            String name,
            String event,
            Long wakeAt,
            Park.OpenStep open,
            Runnable onWake,
            Consumer<BufferedEvent> onEvent) {
        this(kind, name, event, wakeAt, open, onWake, onEvent, null);
    }

    long remaining(long now) {
        return wakeAt == null ? Long.MAX_VALUE : wakeAt - now;
    }
}
