package io.zart.server.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the run had recorded when this activation began, and the names and places that its body has used since. Confined to the mailbox. */
final class History {

    private final Map<String, RecordedStep> recorded = new HashMap<>();
    private final Drift drift;
    private final Map<String, Integer> used = new HashMap<>();
    private int position;
    private int groups;

    History(List<RecordedStep> steps) {
        steps.forEach(step -> recorded.put(step.name(), step));
        drift = new Drift(steps);
    }

    Drift drift() {
        return drift;
    }

    /** The body is about to reach these together: their order among one another means nothing. */
    void nextTogether(List<String> rawNames) {
        Map<String, Integer> counts = new HashMap<>(used);
        rawNames.forEach(rawName -> drift.reached(unique(rawName, counts.merge(rawName, 1, Integer::sum))));
    }

    /**
     * The next step that the body reaches.
     *
     * @param name unique in the run
     * @param position order in which the run reached it, from 0
     * @param group number of its parallel group, null outside of one
     * @param known what was recorded of it, null if nothing or if it is a wait that begins anew
     * @param attempt number of a wait's attempt; more than 1 if the wait timed out and was retried
     */
    record Place(String name, int position, Integer group, RecordedStep known, int attempt) {}

    /** Gives a step its place; a name used again gets {@code #2}, {@code #3}, …. */
    Place next(String rawName, Integer group) {
        String name = unique(rawName, used.merge(rawName, 1, Integer::sum));
        drift.reached(name);
        RecordedStep known = recorded.get(name);
        return known != null && known.retried()
                ? new Place(name, position++, group, null, known.attempt() + 1)
                : new Place(name, position++, group, known, known == null ? 1 : known.attempt());
    }

    /** What was recorded of the step that would be next under that name, null if nothing. */
    RecordedStep peek(String rawName) {
        int count = used.getOrDefault(rawName, 0) + 1;
        return recorded.get(unique(rawName, count));
    }

    private static String unique(String rawName, int count) {
        return count == 1 ? rawName : rawName + "#" + count;
    }

    int nextGroup() {
        return groups++;
    }
}
