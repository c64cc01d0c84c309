package io.zart.server.api;

import io.zart.server.execution.Execution;
import io.zart.server.execution.ListQuery;
import io.zart.server.execution.ListQuery.Position;
import io.zart.server.execution.ListQuery.Sort;
import io.zart.server.http.Checks;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The opaque place in a list: the last row of a page, with the order that it belongs to. */
final class Cursor {

    private static final String SEPARATOR = "\n";

    private Cursor() {}

    /** The place after that row. */
    static String after(Execution row, Sort sort, boolean descending) {
        String key = switch (sort) {
            case SCHEDULED_AT -> row.scheduledAt().toString();
            case STATUS -> row.status().wire();
            case TASK_NAME -> row.taskName();
        };
        String text = String.join(SEPARATOR, order(sort, descending), key, row.id());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The place that a cursor names; 400 when it is none of this order. */
    static ListQuery.Position read(String cursor, Sort sort, boolean descending) {
        String[] parts;
        try {
            parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(SEPARATOR, -1);
        } catch (IllegalArgumentException malformed) {
            throw invalid();
        }
        boolean known = parts.length == 3
                && parts[0].equals(order(sort, descending))
                && parts[1].indexOf('\0') < 0
                && parts[2].indexOf('\0') < 0
                && (sort != Sort.SCHEDULED_AT || Checks.time(parts[1]) != null);
        if (!known) {
            throw invalid();
        }
        return new Position(parts[1], parts[2]);
    }

    private static String order(Sort sort, boolean descending) {
        return sort.name() + (descending ? "-" : "+");
    }

    private static RuntimeException invalid() {
        return Checks.parameter("cursor", "is not one of this list and order");
    }
}
