package io.zart.server.notify;

import io.zart.server.execution.Execution;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who waits for which id. A set is touched only inside the map's atomic operations. Safe for use by any thread. */
final class Parked {

    private final ConcurrentHashMap<String, Set<Waiter>> byId = new ConcurrentHashMap<>();

    void add(String id, Waiter waiter) {
        byId.compute(id, (key, present) -> {
            Set<Waiter> waiters = present == null ? new HashSet<>(4) : present;
            waiters.add(waiter);
            return waiters;
        });
    }

    void remove(String id, Waiter waiter) {
        byId.computeIfPresent(id, (key, waiters) -> {
            waiters.remove(waiter);
            return waiters.isEmpty() ? null : waiters;
        });
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    /** Whether somebody wants to see each change of it. */
    boolean seesChanges(String id) {
        return waiters(id).stream().anyMatch(Waiter::seesChanges);
    }

    /** The ids that somebody waits for, as they are now or become meanwhile. */
    Collection<String> ids() {
        return byId.keySet();
    }

    /** Shows the record to those who wait for it. */
    void show(Execution execution) {
        waiters(execution.id()).forEach(waiter -> waiter.seen(execution));
    }

    /** Tells everybody that the process drains. */
    void drain() {
        for (String id : byId.keySet()) {
            waiters(id).forEach(Waiter::drained);
        }
    }

    private List<Waiter> waiters(String id) {
        List<Waiter> copy = new ArrayList<>();
        byId.computeIfPresent(id, (key, waiters) -> {
            copy.addAll(waiters);
            return waiters;
        });
        return copy;
    }
}
