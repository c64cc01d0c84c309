package io.zart.server.engine;

import java.util.List;

/**
 * Gives an activation up until something happens.
 *
 * @param wakeMillis until it is to be claimed again, null for only by an event
 * @param eventCount the count of events that the activation knows, null if it waits for no event; the park is refused when
 *     another event has come since
 * @param waitKind what clients see: {@code event}, {@code sleep}, {@code retry}, {@code children} or {@code paused}
 * @param waitUntilMillis what clients see as the end of that wait, null if none
 * @param waitEvents names of the events that wake it
 * @param openSteps sleeps and event waits entered and not yet recorded as such
 * @param held by which pause rules the run is held, null if by none; the park is refused when the rules have changed since
 */
public record Park(
        Lease lease,
        Long wakeMillis,
        Integer eventCount,
        String waitKind,
        String waitName,
        Long waitUntilMillis,
        List<String> waitEvents,
        List<OpenStep> openSteps,
        Held held) {

    /** A park that no pause rule asks for. */
    public Park(
            Lease lease,
            Long wakeMillis,
            Integer eventCount,
            String waitKind,
            String waitName,
            Long waitUntilMillis,
            List<String> waitEvents,
            List<OpenStep> openSteps) {
        this(lease, wakeMillis, eventCount, waitKind, waitName, waitUntilMillis, waitEvents, openSteps, null);
    }

    /**
     * What holds a run.
     *
     * @param ruleIds the rules
     * @param version the state of the rules that the activation knows
     * @param unbegun whether not even the body has begun in this activation
     */
    public record Held(List<String> ruleIds, long version, boolean unbegun) {}

    /**
     * A sleep or an event wait that has begun.
     *
     * @param attempt its number, more than 1 only for a wait that timed out and was retried
     * @param wakeMillis until it ends or times out, null if never
     */
    public record OpenStep(
            String name, String kind, int position, Integer parallelGroup, int attempt, Long wakeMillis) {}
}
