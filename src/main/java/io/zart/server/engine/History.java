package io.zart.server.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the run had recorded when this activation began, and the names and places that its body has used since. Confined to the mailbox. */
final class History {

    private final Map<String, RecordedStep> recorded = new HashMap<>();
    private final Map<String, Integer> used = new HashMap<>();
    private int position;
    private int groups;

    History(List<RecordedStep> steps) {
        steps.forEach(step -> recorded.put(step.name(), step));
    }

    /**
     * The next step that the body reaches.
     *
     * @param name unique in the run
     * @param position order in which the run reached it, from 0
     * @param group number of its parallel group, null outside of one
     * @param known what was recorded of it, null if nothing
     */
    record Place(String name, int position, Integer group, RecordedStep known) {}

    /** Gives a step its place; a name used again gets {@code #2}, {@code #3}, …. */
    Place next(String rawName, Integer group) {
        String name = unique(rawName, used.merge(rawName, 1, Integer::sum));
        return new Place(name, position++, group, recorded.get(name));
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
