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
import java.util.List;
import java.util.stream.StreamSupport;

/** Children on PostgreSQL. */
public final class PgChildren implements Children, ChildStore {

    private final Pool pool;

    public PgChildren(Pool pool) {
        this.pool = pool;
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    @Override
    public Uni<ChildStarted> start(Lease parent, NewChild child) {
        Tuple parameters = Tuple.tuple()
                .addString(parent.executionId())
                .addLong(parent.epoch())
                .addString(child.executionId())
                .addString(child.taskName())
                .addString(child.payload().isNull() ? null : child.payload().text())
                .addBoolean(child.cancelWithParent())
                .addLong(child.delayMillis())
                .addLong(child.timeoutMillis());
        return query(ChildSql.START, parameters).map(rows -> {
            if (rows.size() == 0) {
                return ChildStarted.LEASE_LOST;
            }
            Row row = rows.iterator().next();
            return row.getBoolean("started") || row.getBoolean("known") ? ChildStarted.OK : ChildStarted.ID_TAKEN;
        });
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
