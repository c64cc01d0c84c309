package io.zart.server.store;

import io.vertx.mutiny.sqlclient.Row;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.Parent;
import io.zart.server.execution.Waiting;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Reads records from rows. */
final class Rows {

    /** The columns of a record: {@code e} is the execution, {@code t} its task or nulls. */
    static final String RECORD = """
            e.id, e.task_name, e.payload, e.status, e.scheduled_at, coalesce(t.started_at, e.started_at) as started_at,
            e.completed_at, coalesce(t.version, e.version) as version, e.result, e.error, e.run_index, e.tags,
            t.wait_kind, t.wait_name, t.wait_until, e.parent_id, e.parent_run, e.parent_task, t.run_at <= now() as due""";

    /**
     * The beginning of what gives records whose task is gone or new, from {@code e}. The columns have names, so that a statement
     * which is kept prepared stays valid when a migration adds a column.
     */
    static final String WITHOUT_TASK = """
            select e.id, e.task_name, e.payload, e.status, e.scheduled_at, e.started_at, e.completed_at, e.version, e.result,
              e.error, e.run_index, e.tags, null::text as wait_kind, null::text as wait_name, null::timestamptz as wait_until,
              e.lease_epoch, e.parent_id, e.parent_run, e.parent_task""";

    private Rows() {}

    static Execution execution(Row row) {
        Instant startedAt = instant(row, "started_at");
        String kind = row.getString("wait_kind");
        return new Execution(
                row.getString("id"),
                row.getString("task_name"),
                JsonText.orNull(row.getString("payload")),
                status(row.getString("status"), startedAt),
                instant(row, "scheduled_at"),
                startedAt,
                instant(row, "completed_at"),
                row.getInteger("version"),
                json(row, "result"),
                json(row, "error"),
                row.getInteger("run_index"),
                kind == null ? null : new Waiting(kind, row.getString("wait_name"), instant(row, "wait_until")),
                json(row, "tags"),
                parent(row));
    }

    private static Parent parent(Row row) {
        String id = row.getString("parent_id");
        return id == null ? null : new Parent(id, row.getInteger("parent_run"), row.getString("parent_task"));
    }

    /** Whether it could be in work by now; false where the statement does not tell. */
    static boolean due(Row row) {
        return row.getColumnIndex("due") >= 0 && Boolean.TRUE.equals(row.getBoolean("due"));
    }

    /** The status that clients see: an active run is scheduled until it is first picked up. */
    static ExecutionStatus status(String stored, Instant startedAt) {
        return ExecutionStatus.ofWire(stored)
                .orElse(startedAt == null ? ExecutionStatus.SCHEDULED : ExecutionStatus.RUNNING);
    }

    static Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        // 'infinity' stands for never.
        return time == null || time.equals(OffsetDateTime.MAX) ? null : time.toInstant();
    }

    static JsonText json(Row row, String column) {
        String text = row.getString(column);
        return text == null ? null : new JsonText(text);
    }
}
