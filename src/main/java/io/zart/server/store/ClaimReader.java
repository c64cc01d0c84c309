package io.zart.server.store;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import io.zart.server.engine.BufferedEvent;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.engine.RecordedStep;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads what belongs to claimed tasks: steps, events and earlier attempts. */
final class ClaimReader {

    private final Pool pool;

    ClaimReader(Pool pool) {
        this.pool = pool;
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    static BufferedEvent event(Row row) {
        return new BufferedEvent(
                row.getLong("seq"),
                row.getString("name"),
                JsonText.orNull(row.getString("payload")),
                Rows.instant(row, "arrived_at"));
    }

    static Long millis(Row row, String column) {
        Numeric value = row.get(Numeric.class, column);
        return value == null ? null : Long.valueOf((long) Math.ceil(value.doubleValue()));
    }

    /** Reads steps, events and earlier attempts, only for the tasks that can have some. */
    Uni<List<ClaimedTask>> withHistory(RowSet<Row> rows) {
        List<Row> claimed = stream(rows).toList();
        List<Row> known = claimed.stream()
                .filter(row -> row.getLong("lease_epoch") > 1
                        || row.getInteger("event_count") > 0
                        || row.getInteger("run_index") > 0)
                .toList();
        if (known.isEmpty()) {
            return Uni.createFrom()
                    .item(claimed.stream()
                            .map(row -> task(row, List.of(), List.of(), Map.of()))
                            .toList());
        }
        String[] ids = Columns.text(known, row -> row.getString("id"));
        Tuple runs = Tuple.tuple()
                .addArrayOfString(ids)
                .addArrayOfInteger(Columns.integers(known, row -> row.getInteger("run_index")));
        return query(JournalSql.STEPS, runs)
                .chain(steps -> query(JournalSql.EVENTS, Tuple.tuple().addArrayOfString(ids))
                        .chain(events -> query(JournalSql.EARLIER_ATTEMPTS, runs)
                                .map(earlier -> tasks(claimed, steps, events, earlier))));
    }

    private static List<ClaimedTask> tasks(
            List<Row> claimed, RowSet<Row> steps, RowSet<Row> events, RowSet<Row> earlier) {
        Map<String, List<RecordedStep>> stepsById = stream(steps)
                .collect(groupingBy(row -> row.getString("execution_id"), mapping(ClaimReader::step, toList())));
        Map<String, List<BufferedEvent>> eventsById = stream(events)
                .collect(groupingBy(row -> row.getString("execution_id"), mapping(ClaimReader::event, toList())));
        Map<String, Map<String, Integer>> earlierById = new HashMap<>();
        earlier.forEach(row -> earlierById
                .computeIfAbsent(row.getString("id"), id -> new HashMap<>())
                .put(row.getString("name"), row.getInteger("attempts")));
        List<ClaimedTask> tasks = new ArrayList<>();
        for (Row row : claimed) {
            String id = row.getString("id");
            tasks.add(task(
                    row,
                    stepsById.getOrDefault(id, List.of()),
                    eventsById.getOrDefault(id, List.of()),
                    earlierById.getOrDefault(id, Map.of())));
        }
        return tasks;
    }

    static RecordedStep step(Row row) {
        return new RecordedStep(
                row.getString("name"),
                row.getString("kind"),
                row.getString("status"),
                Rows.json(row, "result"),
                Rows.json(row, "error"),
                row.getInteger("attempt"),
                row.getInteger("failures"),
                millis(row, "remaining_ms"),
                Rows.instant(row, "wake_at"),
                millis(row, "age_ms"),
                row.getInteger("position"));
    }

    private static ClaimedTask task(
            Row row, List<RecordedStep> steps, List<BufferedEvent> events, Map<String, Integer> earlier) {
        Execution execution = Rows.execution(row);
        return new ClaimedTask(
                new Lease(execution.id(), execution.runIndex(), row.getLong("lease_epoch")),
                execution,
                row.getInteger("event_count"),
                millis(row, "deadline_ms"),
                millis(row, "spent_ms"),
                row.getInteger("idle_claims"),
                steps,
                events,
                earlier,
                millis(row, "deadline_spent_ms"));
    }
}
