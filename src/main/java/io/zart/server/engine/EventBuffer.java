package io.zart.server.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The events that have arrived and that no wait has taken yet, as this activation knows them. Confined to the mailbox. */
final class EventBuffer {

    private final List<BufferedEvent> events;
    private int count;

    EventBuffer(List<BufferedEvent> events, int count) {
        this.events = new ArrayList<>(events);
        this.count = count;
    }

    /** Events ever delivered in this run, as far as is known here. */
    int count() {
        return count;
    }

    /**
     * Removes the oldest event of that name.
     *
     * @param latest an event that arrived after it is left for the next wait; null for no bound
     * @return null if there is none
     */
    BufferedEvent take(String name, Instant latest) {
        for (BufferedEvent event : events) {
            if (event.name().equals(name)
                    && (latest == null || !event.arrivedAt().isAfter(latest))) {
                events.remove(event);
                return event;
            }
        }
        return null;
    }

    /** What the store says now. */
    void replace(Journal.Events now) {
        count = now.eventCount();
        events.clear();
        events.addAll(now.events());
    }
}
