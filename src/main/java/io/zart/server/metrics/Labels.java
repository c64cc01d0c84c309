package io.zart.server.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Keeps a label's values few: the first names are kept, all later ones are {@code other}. Safe for use by any thread. */
final class Labels {

    static final String OTHER = "other";
    private static final Pattern LOOP_SUFFIX = Pattern.compile("#\\d+$");

    private final int most;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Labels(int most) {
        this.most = most;
    }

    /** The label for that name; the passes of a loop ({@code name#2}) share one. */
    String of(String name) {
        String base = LOOP_SUFFIX.matcher(name).replaceFirst("");
        if (known.contains(base)) {
            return base;
        }
        if (known.size() >= most) {
            return OTHER;
        }
        known.add(base);
        return base;
    }
}
