package io.zart.server.store;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;

/** Turns a list of operations into the arrays that {@code unnest} takes. */
final class Columns {

    private Columns() {}

    static <I> String[] text(List<I> items, Function<I, String> column) {
        return items.stream().map(column).toArray(String[]::new);
    }

    static <I> Integer[] integers(List<I> items, Function<I, Integer> column) {
        return items.stream().map(column).toArray(Integer[]::new);
    }

    static <I> Long[] longs(List<I> items, Function<I, Long> column) {
        return items.stream().map(column).toArray(Long[]::new);
    }

    static <I> Boolean[] booleans(List<I> items, Function<I, Boolean> column) {
        return items.stream().map(column).toArray(Boolean[]::new);
    }

    static <I> OffsetDateTime[] times(List<I> items, Function<I, OffsetDateTime> column) {
        return items.stream().map(column).toArray(OffsetDateTime[]::new);
    }
}
