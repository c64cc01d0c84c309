package io.zart.server.worker;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The parked claims by what they want. Confined to the mailbox, but for {@link #serves}. */
final class ClaimGroups {

    private final Map<Object, ClaimGroup> byWish = new HashMap<>();
    private final Map<String, Set<ClaimGroup>> byName = new ConcurrentHashMap<>();

    /** Whether a claim for that name is parked; from any thread, as of a moment ago. */
    boolean serves(String taskName) {
        return byName.containsKey(taskName);
    }

    boolean none() {
        return byName.isEmpty();
    }

    Set<String> names() {
        return byName.keySet();
    }

    List<ClaimGroup> all() {
        return List.copyOf(byWish.values());
    }

    List<ClaimGroup> of(String taskName) {
        return List.copyOf(byName.getOrDefault(taskName, Set.of()));
    }

    /** The group of those that want the same. */
    ClaimGroup of(ClaimRequest request) {
        return byWish.computeIfAbsent(List.of(request.taskNames(), request.lease()), wish -> {
            ClaimGroup group = new ClaimGroup(wish, request.taskNames());
            request.taskNames()
                    .forEach(name -> byName.computeIfAbsent(name, absent -> new LinkedHashSet<>())
                            .add(group));
            return group;
        });
    }

    /** A place has left that group. */
    void left(ClaimGroup group) {
        if (group.empty() && byWish.remove(group.key(), group)) {
            for (String name : group.taskNames()) {
                byName.computeIfPresent(name, (same, set) -> {
                    set.remove(group);
                    return set.isEmpty() ? null : set;
                });
            }
        }
    }

    /** A place that takes a start of that name, promised to it; null if there is none. The groups take turns. */
    ClaimPlace promise(String taskName) {
        for (ClaimGroup group : of(taskName)) {
            ClaimPlace place = group.promise();
            if (place != null) {
                Set<ClaimGroup> turns = byName.get(taskName);
                turns.remove(group);
                turns.add(group);
                return place;
            }
        }
        return null;
    }
}
