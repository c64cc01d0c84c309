package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.bulk.BulkFilter;
import io.zart.server.bulk.BulkStore;
import io.zart.server.execution.Act;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.RunRecord;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.StreamSupport;

/** What bulk operations read, on PostgreSQL. */
public final class PgBulkStore implements BulkStore {

    private final Pool pool;

    public PgBulkStore(Pool pool) {
        this.pool = pool;
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    private static Tuple parameters(BulkFilter filter) {
        return Tuple.tuple()
                .addString(filter.status() == null ? null : filter.status().wire())
                .addString(filter.taskName())
                .addString(filter.idPrefix())
                .addOffsetDateTime(time(filter.from()))
                .addOffsetDateTime(time(filter.to()));
    }

    private static OffsetDateTime time(Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    @Override
    public Uni<Matching> matching(BulkFilter filter) {
        return query(BulkSql.COUNT, parameters(filter)).map(rows -> {
            Row row = rows.iterator().next();
            return new Matching(row.getLong("count"), row.getString("last"));
        });
    }

    @Override
    public Uni<List<String>> page(BulkFilter filter, String bulkId, String after, String last, int limit) {
        Tuple parameters = parameters(filter)
                .addString(after)
                .addString(last)
                .addString(bulkId)
                .addInteger(limit);
        return query(BulkSql.PAGE, parameters)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString(0))
                        .toList());
    }

    @Override
    public Uni<Long> acted(String bulkId, String after, String last) {
        return query(BulkSql.ACTED, Tuple.of(bulkId, after, last))
                .map(rows -> rows.iterator().next().getLong("count"));
    }

    @Override
    public Uni<Void> remember(String executionId, int runIndex, Act act, JsonText request) {
        Tuple parameters = Tuple.tuple()
                .addString(executionId)
                .addInteger(runIndex)
                .addString(act.triggeredBy())
                .addString(act.reason())
                .addString(request.text())
                .addString(RunRecord.id(executionId, runIndex));
        return query(BulkSql.REMEMBER, parameters).replaceWithVoid();
    }
}
