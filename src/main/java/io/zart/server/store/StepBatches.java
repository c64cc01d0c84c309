package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Lease;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.JsonText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Records outcomes and failed attempts of steps, those of one moment together. Thread-safe, never blocks. */
final class StepBatches {

    private final Pool pool;
    private final PauseVersion pauses;
    private final Batcher<StepOutcome, Verdict> outcomes;
    private final Batcher<FailedAttempt, Verdict> failures;

    StepBatches(Pool pool, PauseVersion pauses, BatchSizes sizes, StoreObserver observer) {
        this.pool = pool;
        this.pauses = pauses;
        this.outcomes = new Batcher<>(
                Timed.batch("step", this::recordAll, observer),
                o -> o.lease().executionId() + '\n' + o.name(),
                StepBatches::size,
                Pace.of(2),
                sizes.of("step"));
        this.failures = new Batcher<>(
                Timed.batch("attempt", this::recordFailures, observer),
                f -> f.lease().executionId() + '\n' + f.stepName(),
                f -> length(f.error()),
                Pace.of(2),
                sizes.of("attempt"));
    }

    private static int size(StepOutcome outcome) {
        return length(outcome.result()) + length(outcome.error());
    }

    Uni<Verdict> record(StepOutcome outcome) {
        return outcomes.submit(outcome);
    }

    Uni<Verdict> recordFailure(FailedAttempt attempt) {
        return failures.submit(attempt);
    }

    private Uni<List<Verdict>> recordAll(List<StepOutcome> batch) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(Columns.text(batch, o -> o.lease().executionId()))
                .addArrayOfLong(Columns.longs(batch, o -> o.lease().epoch()))
                .addArrayOfString(Columns.text(batch, StepOutcome::name))
                .addArrayOfString(Columns.text(batch, StepOutcome::kind))
                .addArrayOfInteger(Columns.integers(batch, StepOutcome::position))
                .addArrayOfInteger(Columns.integers(batch, StepOutcome::parallelGroup))
                .addArrayOfString(Columns.text(batch, o -> o.dead() ? "dead" : "completed"))
                .addArrayOfInteger(Columns.integers(batch, StepOutcome::attempt))
                .addArrayOfInteger(Columns.integers(batch, StepOutcome::failures))
                .addArrayOfLong(Columns.longs(batch, StepOutcome::elapsedMicros))
                .addArrayOfString(Columns.text(batch, o -> text(o.result())))
                .addArrayOfString(Columns.text(batch, o -> text(o.error())))
                .addArrayOfLong(Columns.longs(batch, StepOutcome::eventSeq));
        return pool.preparedQuery(JournalSql.RECORD)
                .execute(parameters)
                .call(pauses::learn)
                .map(rows -> recorded(rows, batch));
    }

    private static List<Verdict> recorded(RowSet<Row> rows, List<StepOutcome> batch) {
        Set<String> live = new HashSet<>();
        Set<String> fresh = new HashSet<>();
        rows.forEach(row -> {
            Long epoch = row.getLong(1);
            if (epoch == null) {
                fresh.add(row.getString(0) + '\n' + row.getString(2));
            } else {
                live.add(row.getString(0) + '\n' + epoch + '\n' + row.getString(2));
            }
        });
        return batch.stream()
                .map(o -> {
                    String id = o.lease().executionId();
                    if (!live.contains(id + '\n' + o.lease().epoch() + '\n' + o.name())) {
                        return Verdict.LEASE_LOST;
                    }
                    return fresh.contains(id + '\n' + o.name()) ? Verdict.OK : Verdict.ALREADY_RECORDED;
                })
                .toList();
    }

    private Uni<List<Verdict>> recordFailures(List<FailedAttempt> batch) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(Columns.text(batch, f -> f.lease().executionId()))
                .addArrayOfLong(Columns.longs(batch, f -> f.lease().epoch()))
                .addArrayOfString(Columns.text(batch, FailedAttempt::stepName))
                .addArrayOfString(Columns.text(batch, FailedAttempt::kind))
                .addArrayOfInteger(Columns.integers(batch, FailedAttempt::position))
                .addArrayOfInteger(Columns.integers(batch, FailedAttempt::parallelGroup))
                .addArrayOfInteger(Columns.integers(batch, FailedAttempt::number))
                .addArrayOfInteger(Columns.integers(batch, FailedAttempt::failures))
                .addArrayOfLong(Columns.longs(batch, FailedAttempt::elapsedMicros))
                .addArrayOfLong(Columns.longs(batch, FailedAttempt::retryMillis))
                .addArrayOfString(Columns.text(batch, f -> text(f.error())));
        return pool.preparedQuery(JournalSql.RECORD_FAILURE)
                .execute(parameters)
                .call(pauses::learn)
                .map(rows ->
                        verdicts(rows, batch.stream().map(FailedAttempt::lease).toList()));
    }

    private static List<Verdict> verdicts(RowSet<Row> live, List<Lease> leases) {
        Set<String> ids = new HashSet<>();
        live.forEach(row -> ids.add(row.getString(0) + '\n' + row.getLong(1)));
        return leases.stream()
                .map(lease ->
                        ids.contains(lease.executionId() + '\n' + lease.epoch()) ? Verdict.OK : Verdict.LEASE_LOST)
                .toList();
    }

    private static int length(JsonText text) {
        return text == null ? 0 : text.text().length();
    }

    private static String text(JsonText json) {
        return json == null ? null : json.text();
    }
}
