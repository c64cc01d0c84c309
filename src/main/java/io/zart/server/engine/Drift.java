package io.zart.server.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether the code still matches what the run has recorded. Only what would do harm counts: a step that was recorded as
 * something else, and a new step where the run has recorded another one that the body has not asked for: it was renamed, removed
 * or moved, and what it did would be done twice or in a different order. In a body that asks for one step after the other their
 * positions tell it at once; in one whose chains go side by side it shows when the body asks for nothing more. Steps that were
 * recorded in a different order, new ones behind all recorded ones, and steps that an operator has carried over from another run
 * are no drift. Confined to the mailbox.
 */
final class Drift {

    private final Map<String, RecordedStep> recorded = new HashMap<>();
    private final Set<String> reached = new HashSet<>();
    /** Outcomes of this run that the body has not asked for. */
    private final Set<String> missing = new HashSet<>();

    private boolean sequential;
    /** What is recorded may rest on an outcome that an operator has taken back, or on a branch that the body has given up. */
    private boolean lenient;

    Drift(Collection<RecordedStep> steps) {
        steps.forEach(step -> {
            recorded.put(step.name(), step);
            if (step.reopened()) {
                lenient = true;
            } else if (!step.open() && step.position() != null) {
                missing.add(step.name());
            }
        });
    }

    /** The body has given up something that it had asked for, so that it need not ask for what came behind it. */
    void abandoned() {
        lenient = true;
    }

    /** Whether a new step may begin, whatever else the body may ask for. */
    boolean allReached() {
        return sequential || lenient || missing.isEmpty();
    }

    /** The body asks for one step after the other. */
    void sequential() {
        sequential = true;
    }

    /** The body asks for that step. */
    void reached(String name) {
        reached.add(name);
        missing.remove(name);
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
        return sequential ? missed(place, place.position()) : null;
    }

    /** What is wrong with a new step behind which the body asks for nothing more. */
    String missed(History.Place place) {
        return missed(place, Integer.MAX_VALUE);
    }

    private String missed(History.Place place, int last) {
        return recorded.values().stream()
                .filter(step -> !step.open() && step.position() != null && step.position() <= last)
                .filter(step -> !reached.contains(step.name()))
                .min((one, other) -> Integer.compare(one.position(), other.position()))
                .map(step -> "the handler asks for the new step '" + place.name() + "', but the run has recorded '"
                        + step.name() + "' before it, for which the handler has not asked")
                .orElse(null);
    }
}
