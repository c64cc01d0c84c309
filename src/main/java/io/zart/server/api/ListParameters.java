package io.zart.server.api;

import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.ListQuery;
import io.zart.server.execution.ListQuery.Sort;
import io.zart.server.http.Checks;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads the list's query parameters; an empty value is an absent one. */
final class ListParameters {

    private static final int MAX_LIMIT = 1000;
    private static final int DEFAULT_LIMIT = 20;

    private final MultivaluedMap<String, String> parameters;

    ListParameters(MultivaluedMap<String, String> parameters) {
        this.parameters = parameters;
    }

    /** The query; 400 that names the parameter when one is malformed. */
    ListQuery query() {
        Sort sort = sort();
        boolean descending = descending();
        String cursor = value("cursor");
        if (cursor != null && value("offset") != null) {
            throw Checks.parameter("cursor", "and 'offset' exclude each other");
        }
        return new ListQuery(
                status(),
                text("taskName"),
                text("search"),
                time("from"),
                time("to"),
                sort,
                descending,
                integer("limit", DEFAULT_LIMIT, MAX_LIMIT),
                integer("offset", 0, Integer.MAX_VALUE),
                cursor == null ? null : Cursor.read(cursor, sort, descending));
    }

    /** The same parameters as a query string that goes on at the cursor. */
    String next(String cursor) {
        StringBuilder query = new StringBuilder("?");
        parameters.forEach((name, values) -> {
            if (!name.equals("cursor") && !name.equals("offset")) {
                query.append(encoded(name))
                        .append('=')
                        .append(encoded(values.get(0)))
                        .append('&');
            }
        });
        return query.append("cursor=").append(cursor).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String value(String name) {
        String value = parameters.getFirst(name);
        return value == null || value.isEmpty() ? null : value;
    }

    private String text(String name) {
        String value = value(name);
        if (value != null && value.indexOf('\0') >= 0) {
            throw Checks.parameter(name, "must not contain NUL");
        }
        return value;
    }

    private ExecutionStatus status() {
        String value = value("status");
        return value == null
                ? null
                : ExecutionStatus.ofWire(value)
                        .orElseThrow(() -> Checks.parameter(
                                "status", "must be scheduled, running, completed, failed or cancelled"));
    }

    private Instant time(String name) {
        String value = value(name);
        Instant time = value == null ? null : Checks.time(value);
        if (value != null && time == null) {
            throw Checks.parameter(name, "must be an RFC 3339 time");
        }
        return time;
    }

    private Sort sort() {
        String value = value("sortBy");
        if (value == null) {
            return Sort.SCHEDULED_AT;
        }
        return switch (value) {
            case "scheduledAt", "scheduled_at" -> Sort.SCHEDULED_AT;
            case "status" -> Sort.STATUS;
            case "taskName", "task_name" -> Sort.TASK_NAME;
            default -> throw Checks.parameter("sortBy", "must be scheduledAt, status or taskName");
        };
    }

    private boolean descending() {
        String value = value("sortOrder");
        if (value == null || value.equals("desc")) {
            return true;
        }
        if (value.equals("asc")) {
            return false;
        }
        throw Checks.parameter("sortOrder", "must be asc or desc");
    }

    private int integer(String name, int otherwise, int max) {
        String value = value(name);
        if (value == null) {
            return otherwise;
        }
        Long number = Checks.seconds(value, Long.MAX_VALUE);
        if (number == null || number > max) {
            throw Checks.parameter(name, "must be a whole number from 0 to " + max);
        }
        return number.intValue();
    }
}
