package io.zart.server.store;

import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.ListQuery;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The statement of a page of the list: filters, a total order and a keyset position, all as parameters. */
final class ListSql {

    /** The status that clients see, as text: an active row is scheduled until its task is first picked up. */
    private static final String STATUS =
            "(case when e.status <> 'active' then e.status when t.started_at is null then 'scheduled' else 'running' end) collate \"C\"";

    private final Tuple parameters = Tuple.tuple();
    private final List<String> conditions = new ArrayList<>();
    private final String text;
    private int count;

    ListSql(ListQuery query) {
        filter(query);
        String key = key(query.sort());
        if (query.after() != null) {
            String operator = query.descending() ? "<" : ">";
            String value = query.sort() == ListQuery.Sort.SCHEDULED_AT
                    ? time(Instant.parse(query.after().key()))
                    : text(query.after().key());
            conditions.add("(" + key + ", e.id) " + operator + " (" + value + ", "
                    + text(query.after().id()) + ")");
        }
        String direction = query.descending() ? " desc" : " asc";
        this.text = "select " + Rows.RECORD + " from execution e left join task t on t.execution_id = e.id"
                + (conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions))
                + " order by " + key + direction + ", e.id" + direction
                + " limit " + query.limit() + " offset " + query.offset();
    }

    private void filter(ListQuery query) {
        ExecutionStatus status = query.status();
        if (status != null && status.terminal()) {
            conditions.add("e.status = " + text(status.wire()));
        } else if (status != null) {
            conditions.add("e.status = 'active' and t.started_at is "
                    + (status == ExecutionStatus.SCHEDULED ? "null" : "not null"));
        }
        if (query.taskName() != null) {
            conditions.add("strpos(lower(e.task_name), lower(" + text(query.taskName()) + ")) > 0");
        }
        if (query.idPrefix() != null) {
            String prefix = text(query.idPrefix());
            conditions.add("e.id >= " + prefix + " and starts_with(e.id, " + prefix + ")");
        }
        if (query.from() != null) {
            conditions.add("e.scheduled_at >= " + time(query.from()));
        }
        if (query.to() != null) {
            conditions.add("e.scheduled_at <= " + time(query.to()));
        }
    }

    private static String key(ListQuery.Sort sort) {
        return switch (sort) {
            case SCHEDULED_AT -> "e.scheduled_at";
            case STATUS -> STATUS;
            case TASK_NAME -> "e.task_name";
        };
    }

    private String text(String value) {
        parameters.addString(value);
        return "$" + ++count + "::text";
    }

    private String time(Instant value) {
        parameters.addOffsetDateTime(value.atOffset(ZoneOffset.UTC));
        return "$" + ++count + "::timestamptz";
    }

    String text() {
        return text;
    }

    Tuple parameters() {
        return parameters;
    }
}
