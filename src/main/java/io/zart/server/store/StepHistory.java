package io.zart.server.store;

import io.vertx.mutiny.sqlclient.Row;
import io.zart.server.execution.AttemptRecord;
import io.zart.server.execution.StepRecord;
import io.zart.server.execution.StepStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts the steps of a run together: those with a row, those that only failed so far, and those in work. */
final class StepHistory {

    private static final Comparator<StepRecord> ORDER =
            Comparator.comparingInt(StepRecord::position).thenComparing(StepRecord::name);

    private final Map<String, List<Row>> attempts = new HashMap<>();
    private final Map<String, Row> working = new HashMap<>();

    private StepHistory(Iterable<Row> attemptRows, Iterable<Row> workingRows) {
        attemptRows.forEach(row -> attempts.computeIfAbsent(row.getString("step_name"), name -> new ArrayList<>())
                .add(row));
        workingRows.forEach(row -> working.put(row.getString("name"), row));
    }

    /**
     * The steps in the order in which the run reached them.
     *
     * @param attemptRows ascending by number for each step
     */
    static List<StepRecord> of(Iterable<Row> stepRows, Iterable<Row> attemptRows, Iterable<Row> workingRows) {
        StepHistory history = new StepHistory(attemptRows, workingRows);
        List<StepRecord> steps = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        stepRows.forEach(row -> {
            seen.add(row.getString("name"));
            steps.add(history.recorded(row));
        });
        history.attempts.forEach((name, rows) -> {
            if (seen.add(name)) {
                steps.add(history.failedSoFar(name, rows));
            }
        });
        history.working.forEach((name, row) -> {
            if (seen.add(name)) {
                steps.add(step(name, row, StepStatus.RUNNING, 0, List.of()));
            }
        });
        steps.sort(ORDER);
        return steps;
    }

    private StepRecord recorded(Row row) {
        String name = row.getString("name");
        StepStatus status = StepStatus.ofWire(row.getString("status"));
        List<AttemptRecord> all = failed(attempts.getOrDefault(name, List.of()));
        if (status != StepStatus.SCHEDULED) {
            Instant started = Rows.instant(row, "started_at");
            all.add(new AttemptRecord(
                    row.getInteger("attempt"),
                    Rows.json(row, "result"),
                    Rows.json(row, "error"),
                    started == null ? Rows.instant(row, "scheduled_at") : started,
                    Rows.instant(row, "completed_at")));
        }
        return step(name, row, status, row.getInteger("failures"), all);
    }

    private StepRecord failedSoFar(String name, List<Row> rows) {
        Row last = rows.get(rows.size() - 1);
        Row inWork = working.get(name);
        boolean runs = inWork != null && inWork.getInteger("attempt") > last.getInteger("number");
        return step(
                name,
                last,
                runs ? StepStatus.RUNNING : StepStatus.SCHEDULED,
                last.getInteger("failures"),
                failed(rows));
    }

    private static List<AttemptRecord> failed(List<Row> rows) {
        List<AttemptRecord> failed = new ArrayList<>();
        rows.forEach(row -> failed.add(new AttemptRecord(
                row.getInteger("number"),
                null,
                Rows.json(row, "error"),
                Rows.instant(row, "started_at"),
                Rows.instant(row, "completed_at"))));
        return failed;
    }

    private static StepRecord step(
            String name, Row row, StepStatus status, int failures, List<AttemptRecord> attempts) {
        AttemptRecord last = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
        boolean ended = status == StepStatus.COMPLETED || status == StepStatus.DEAD;
        Instant reached = last != null
                ? attempts.get(0).startedAt()
                : Rows.instant(row, row.getColumnIndex("scheduled_at") >= 0 ? "scheduled_at" : "started_at");
        return new StepRecord(
                name,
                row.getString("kind"),
                status,
                row.getInteger("position"),
                row.getInteger("parallel_group"),
                failures,
                ended ? last.result() : null,
                attempts.stream()
                        .map(AttemptRecord::error)
                        .filter(error -> error != null)
                        .reduce((first, second) -> second)
                        .orElse(null),
                reached,
                ended ? last.completedAt() : null,
                attempts);
    }
}
