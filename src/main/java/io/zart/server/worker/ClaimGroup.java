package io.zart.server.worker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The parked claims that want the same names for the same time, in the order of arrival. At most one look at a time. Confined to the mailbox. */
final class ClaimGroup {

    private static final int MOST_IN_ONE_CLAIM = 200;

    private final Object key;
    private final List<String> taskNames;
    private final Set<ClaimPlace> waiting = new LinkedHashSet<>();
    /** They got a promise of new executions, and take more of them until the first is there. */
    private final Set<ClaimPlace> filling = new LinkedHashSet<>();

    private boolean looking;
    private boolean lookAgain;

    ClaimGroup(Object key, List<String> taskNames) {
        this.key = key;
        this.taskNames = taskNames;
    }

    Object key() {
        return key;
    }

    List<String> taskNames() {
        return taskNames;
    }

    void add(ClaimPlace place) {
        waiting.add(place);
    }

    void remove(ClaimPlace place) {
        waiting.remove(place);
        filling.remove(place);
    }

    boolean empty() {
        return waiting.isEmpty() && filling.isEmpty();
    }

    /**
     * The place that the next new execution is promised to: one that waits, if they are not about to get what a look brings, or one
     * that fills, in turn; null if there is none.
     */
    ClaimPlace promise() {
        ClaimPlace place = looking ? null : firstOf(waiting);
        if (place == null) {
            place = firstOf(filling);
        }
        if (place != null) {
            remove(place);
            if (place.promise()) {
                filling.add(place);
            }
        }
        return place;
    }

    private static ClaimPlace firstOf(Set<ClaimPlace> places) {
        return places.stream()
                .filter(place -> !place.closed() && !place.onlyLooks())
                .findFirst()
                .orElse(null);
    }

    /** It takes no more. */
    void filled(ClaimPlace place) {
        filling.remove(place);
    }

    List<ClaimPlace> waiting() {
        return List.copyOf(waiting);
    }

    /** The places of the tasks to be claimed now; empty when nobody waits, or when a look is under way, which is then followed by another. */
    List<ClaimPlace> begin() {
        if (looking) {
            lookAgain = true;
            return List.of();
        }
        List<ClaimPlace> slots = inTurn();
        looking = !slots.isEmpty();
        lookAgain = false;
        return slots;
    }

    /** The look is over; whether another is wanted. */
    boolean end() {
        looking = false;
        return lookAgain;
    }

    /** One for each, then a second for each that wants one, and so on. */
    private List<ClaimPlace> inTurn() {
        List<ClaimPlace> slots = new ArrayList<>();
        List<ClaimPlace> wanting = List.copyOf(waiting);
        for (int round = 1; !wanting.isEmpty() && slots.size() < MOST_IN_ONE_CLAIM; round++) {
            int least = round;
            wanting = wanting.stream()
                    .filter(place -> place.request().most() >= least)
                    .toList();
            wanting.stream().limit(MOST_IN_ONE_CLAIM - slots.size()).forEach(slots::add);
        }
        return slots;
    }
}
