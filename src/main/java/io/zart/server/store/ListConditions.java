package io.zart.server.store;

import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.ListQuery;
import io.zart.server.execution.ListQuery.Sort;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The conditions of a page as SQL, each beginning with " and" or empty; what the caller wrote is a parameter, once. */
final class ListConditions {

    /** Comes after every id: as long as the longest, of the last character. */
    private static final String LAST_ID =
            Character.toString(Character.MAX_CODE_POINT).repeat(255);

    private final ListQuery query;
    private final Tuple parameters = Tuple.tuple();
    private final Map<Object, String> names = new HashMap<>();

    ListConditions(ListQuery query) {
        this.query = query;
    }

    /** The ended statuses that are asked for. */
    List<String> endedStatuses() {
        return statuses(true);
    }

    /** The active statuses that are asked for. */
    List<String> activeStatuses() {
        return statuses(false);
    }

    private List<String> statuses(boolean terminal) {
        return Arrays.stream(ExecutionStatus.values())
                .filter(status -> status.terminal() == terminal && (query.status() == null || query.status() == status))
                .map(ExecutionStatus::wire)
                .toList();
    }

    /** The status of an execution row, whose task is looked up if it must be. */
    String status(String alias) {
        ExecutionStatus status = query.status();
        if (status == null) {
            return "";
        }
        return status.terminal()
                ? " and " + alias + ".status = '" + status.wire() + "'"
                : " and (select t.started_at is " + (status == ExecutionStatus.SCHEDULED ? "null" : "not null")
                        + " from task t where t.execution_id = " + alias + ".id)";
    }

    /** The part of a task name. */
    String name(String column) {
        return query.taskName() == null
                ? ""
                : " and strpos(lower(" + column + "), lower(" + text(query.taskName()) + ")) > 0";
    }

    /** The bounds of scheduledAt. */
    String times() {
        return (query.from() == null ? "" : " and scheduled_at >= " + time(query.from()))
                + (query.to() == null ? "" : " and scheduled_at <= " + time(query.to()));
    }

    /** The search as a range of an index that has the id in its place. */
    String prefix(String id) {
        if (query.idPrefix() == null) {
            return "";
        }
        String end = afterAllWith(query.idPrefix());
        return " and " + id + " >= " + text(query.idPrefix()) + (end == null ? "" : " and " + id + " < " + text(end));
    }

    /** The search as a filter: no index serves it, so that the order of the list decides which one is walked. */
    String beginning(String id) {
        return query.idPrefix() == null
                ? ""
                : " and left(" + id + ", "
                        + query.idPrefix().codePointCount(0, query.idPrefix().length()) + ") = "
                        + text(query.idPrefix());
    }

    /** What comes after the cursor in the order of time. */
    String after(String time, String id) {
        return query.after() == null
                ? ""
                : " and (" + time + ", " + id + ") " + beyond() + " ("
                        + time(Instant.parse(query.after().key())) + ", "
                        + text(query.after().id()) + ")";
    }

    /** What comes after the cursor among rows of one status and of the name {@code n.name}. */
    String afterId(String status, String id) {
        if (query.after() == null) {
            return "";
        }
        String bound = text(query.after().id());
        if (query.sort() == Sort.STATUS) {
            return status.equals(query.after().key()) ? " and " + id + " " + beyond() + " " + bound : "";
        }
        String outermost = query.descending() ? text(LAST_ID) : "''";
        return " and " + id + " " + beyond() + " case when n.name = "
                + text(query.after().key()) + " then " + bound + " else " + outermost + " end";
    }

    /** The names that can stand after the cursor. */
    String nameReached() {
        return query.sort() != Sort.TASK_NAME || query.after() == null
                ? ""
                : " and n.name " + beyond() + "= " + text(query.after().key());
    }

    private String beyond() {
        return query.descending() ? "<" : ">";
    }

    Tuple parameters() {
        return parameters;
    }

    private String text(String value) {
        return names.computeIfAbsent(value, unknown -> {
            parameters.addString(value);
            return "$" + parameters.size() + "::text";
        });
    }

    private String time(Instant value) {
        return names.computeIfAbsent(value, unknown -> {
            parameters.addOffsetDateTime(value.atOffset(ZoneOffset.UTC));
            return "$" + parameters.size() + "::timestamptz";
        });
    }

    /** The first text, by code points, after all that begin with that one; null if there is none. */
    static String afterAllWith(String prefix) {
        int end = prefix.length();
        while (end > 0) {
            int last = prefix.codePointBefore(end);
            end -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return prefix.substring(0, end) + Character.toString(next);
            }
        }
        return null;
    }
}
