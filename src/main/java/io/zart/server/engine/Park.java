package io.zart.server.engine;

import java.util.List;

/**
 * Gives an activation up until something happens.
 *
 * @param wakeMillis until it is to be claimed again, null for only by an event
 * @param eventCount the count of events that the activation knows, null if it waits for no event; the park is refused when
 *     another event has come since
 * @param waitKind what clients see: {@code event}, {@code sleep} or {@code retry}
 * @param waitUntilMillis what clients see as the end of that wait, null if none
 * @param waitEvents names of the events that wake it
 * @param openSteps sleeps and event waits entered and not yet recorded as such
 */
public record Park(
        Lease lease,
        Long wakeMillis,
        Integer eventCount,
        String waitKind,
        String waitName,
        Long waitUntilMillis,
        List<String> waitEvents,
        List<OpenStep> openSteps) {

    /**
     * A sleep or an event wait that has begun.
     *
     * @param attempt its number, more than 1 only for a wait that timed out and was retried
     * @param wakeMillis until it ends or times out, null if never
     */
    public record OpenStep(
            String name, String kind, int position, Integer parallelGroup, int attempt, Long wakeMillis) {}
}
