package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.engine.ChildStarted;
import io.zart.server.engine.Children;
import io.zart.server.engine.Lease;
import io.zart.server.engine.NewChild;
import io.zart.server.execution.ChildStore;
import io.zart.server.execution.Execution;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Children on PostgreSQL. */
public final class PgChildren implements Children, ChildStore {

    private record Start(Lease parent, NewChild child) {}

    private final Pool pool;
    private final Batcher<Start, ChildStarted> starts;

    public PgChildren(Pool pool) {
        this.pool = pool;
        this.starts = new Batcher<>(
                this::startAll,
                start -> start.child().executionId(),
                start -> start.child().payload().text().length(),
                Pace.of(2));
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    @Override
    public Uni<ChildStarted> start(Lease parent, NewChild child) {
        return starts.submit(new Start(parent, child));
    }

    private Uni<List<ChildStarted>> startAll(List<Start> batch) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(Columns.text(batch, s -> s.parent().executionId()))
                .addArrayOfLong(Columns.longs(batch, s -> s.parent().epoch()))
                .addArrayOfString(Columns.text(batch, s -> s.child().executionId()))
                .addArrayOfString(Columns.text(batch, s -> s.child().taskName()))
                .addArrayOfString(Columns.text(
                        batch, s -> PgExecutionStore.payload(s.child().payload())))
                .addArrayOfBoolean(Columns.booleans(batch, s -> s.child().cancelWithParent()))
                .addArrayOfLong(Columns.longs(batch, s -> s.child().delayMillis()))
                .addArrayOfLong(Columns.longs(batch, s -> s.child().timeoutMillis()));
        return pool.preparedQuery(ChildSql.START).execute(parameters).map(rows -> {
            Map<String, Row> byId = new HashMap<>();
            rows.forEach(row -> byId.put(row.getString("id"), row));
            return batch.stream()
                    .map(s -> started(byId.get(s.child().executionId())))
                    .toList();
        });
    }

    private static ChildStarted started(Row row) {
        if (row == null) {
            return ChildStarted.LEASE_LOST;
        }
        return row.getBoolean("started") || row.getBoolean("known") ? ChildStarted.OK : ChildStarted.ID_TAKEN;
    }

    @Override
    public Uni<List<Execution>> read(String parentId, Collection<String> ids) {
        Tuple parameters = Tuple.tuple().addString(parentId).addArrayOfString(ids.toArray(String[]::new));
        return query(ChildSql.READ, parameters).map(PgChildren::all);
    }

    @Override
    public Uni<List<Execution>> children(String parentId, String after, int limit) {
        return query(ChildSql.LIST, Tuple.of(parentId, after, limit)).map(PgChildren::all);
    }

    private static List<Execution> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(Rows::execution)
                .toList();
    }

    @Override
    public Uni<List<String>> childrenToCancel(int limit) {
        return query(ChildSql.TO_CANCEL, Tuple.of(limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString(0))
                        .toList());
    }

    @Override
    public Uni<Void> childrenCancelled() {
        return query(ChildSql.CANCELLED, Tuple.tuple()).replaceWithVoid();
    }
}
