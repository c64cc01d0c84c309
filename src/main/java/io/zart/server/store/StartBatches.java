package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.CallerTrace;
import io.zart.server.execution.Execution;
import io.zart.server.execution.NewExecution;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The starts of new executions, those of one moment in one statement. */
final class StartBatches {

    private record Insert(NewExecution start, String holder, Duration lease, String trace) {}

    private final Pool pool;
    private final Shown shown;
    private final PauseVersion pauses;
    private final StoreObserver observer;
    private final CallerTrace trace;
    private final Batcher<Insert, Optional<Execution>> inserts;

    StartBatches(
            Pool pool, Shown shown, PauseVersion pauses, BatchSizes sizes, StoreObserver observer, CallerTrace trace) {
        this.pool = pool;
        this.shown = shown;
        this.pauses = pauses;
        this.observer = observer;
        this.trace = trace;
        this.inserts = new Batcher<>(
                Timed.batch("start", this::insertAll, observer),
                i -> i.start().id(),
                i -> i.start().payload().text().length(),
                Pace.forClients(2),
                sizes.of("start"));
    }

    Uni<Execution> insert(NewExecution start, String holder, Duration lease) {
        Insert insert = new Insert(start, holder, lease, trace.current());
        return Timed.start(inserts.submit(insert).map(inserted -> inserted.orElse(null)), observer);
    }

    private Uni<List<Optional<Execution>>> insertAll(List<Insert> batch) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(Columns.text(batch, i -> i.start().id()))
                .addArrayOfString(Columns.text(batch, i -> i.start().taskName()))
                .addArrayOfString(Columns.text(
                        batch, i -> PgExecutionStore.payload(i.start().payload())))
                .addArrayOfString(
                        Columns.text(batch, i -> PgExecutionStore.text(i.start().tags())))
                .addArrayOfOffsetDateTime(Columns.times(
                        batch, i -> PgExecutionStore.time(i.start().startAt())))
                .addArrayOfLong(Columns.longs(
                        batch, i -> PgExecutionStore.millis(i.start().delay())))
                .addArrayOfLong(Columns.longs(
                        batch, i -> PgExecutionStore.millis(i.start().timeout())))
                .addArrayOfString(Columns.text(batch, Insert::holder))
                .addArrayOfLong(Columns.longs(batch, i -> PgExecutionStore.millis(i.lease())))
                .addArrayOfString(Columns.text(batch, Insert::trace));
        return pool.preparedQuery(ExecutionSql.INSERT)
                .execute(parameters)
                .call(pauses::learn)
                .map(rows -> {
                    Map<String, Row> byId = new HashMap<>();
                    rows.forEach(row -> byId.put(row.getString("id"), row));
                    return batch.stream()
                            .map(i -> inserted(i, byId.get(i.start().id())))
                            .toList();
                });
    }

    private Optional<Execution> inserted(Insert insert, Row row) {
        if (row == null) {
            return Optional.empty();
        }
        NewExecution start = insert.start();
        Execution scheduled = Execution.scheduled(
                start.id(), start.taskName(), start.payload(), Rows.instant(row, "scheduled_at"), start.tags());
        if (insert.holder() != null) {
            return Optional.of(scheduled.started(Rows.instant(row, "started_at"), 1));
        }
        return Optional.of(start.immediate() ? shown.due(scheduled) : scheduled);
    }
}
