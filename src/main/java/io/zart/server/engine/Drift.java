package io.zart.server.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether the code still matches what the run has recorded. Only what would do harm counts: a step that was recorded as
 * something else, and, in a body that asks for one step after the other, a new step where the run has recorded another one that
 * the body has not asked for: it was renamed, removed or moved, and what it did would be done twice or in a different order. Steps
 * that were recorded in a different order, new ones behind all recorded ones, and steps that an operator has carried over from
 * another run are no drift. Confined to the mailbox.
 */
final class Drift {

    private final Map<String, RecordedStep> recorded = new HashMap<>();
    private final Set<String> reached = new HashSet<>();
    private boolean sequential;

    Drift(Collection<RecordedStep> steps) {
        steps.forEach(step -> recorded.put(step.name(), step));
    }

    /** The body asks for one step after the other. */
    void sequential() {
        sequential = true;
    }

    /** The body asks for that step. */
    void reached(String name) {
        reached.add(name);
    }

    /** What is wrong with the step that the body has reached, null if nothing is. */
    String at(History.Place place, String kind) {
        RecordedStep known = recorded.get(place.name());
        if (known != null) {
            return known.kind().equals(kind)
                    ? null
                    : "the run has recorded '" + place.name() + "' as " + known.kind() + ", but the handler asks for a "
                            + kind + " of that name";
        }
        return sequential ? missed(place) : null;
    }

    private String missed(History.Place place) {
        return recorded.values().stream()
                .filter(step -> !step.open() && step.position() != null && step.position() <= place.position())
                .filter(step -> !reached.contains(step.name()))
                .min((one, other) -> Integer.compare(one.position(), other.position()))
                .map(step -> "the handler asks for the new step '" + place.name() + "', but the run has recorded '"
                        + step.name() + "' before it, for which the handler has not asked")
                .orElse(null);
    }
}
