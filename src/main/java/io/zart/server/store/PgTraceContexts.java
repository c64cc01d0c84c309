package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.TraceContexts;
import io.zart.server.execution.TraceOrigin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trace contexts from PostgreSQL; reads of one moment share one statement. */
final class PgTraceContexts implements TraceContexts {

    /** 0 rows. */
    private static final String FIND =
            "select id, traceparent, run_traceparent, lease_epoch, status <> 'active' from execution where id = any($1::text[])";

    private final Pool pool;
    private final Batcher<String, TraceOrigin> finds;

    PgTraceContexts(Pool pool) {
        this.pool = pool;
        this.finds = new Batcher<>(this::findAll, id -> id, id -> 0, Pace.of(2));
    }

    @Override
    public Uni<TraceOrigin> of(String executionId) {
        return finds.submit(executionId);
    }

    private Uni<List<TraceOrigin>> findAll(List<String> ids) {
        return pool.preparedQuery(FIND)
                .execute(Tuple.tuple().addArrayOfString(ids.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, TraceOrigin> byId = new HashMap<>();
                    rows.forEach(row -> byId.put(
                            row.getString(0),
                            new TraceOrigin(row.getString(1), row.getString(2), row.getLong(3), row.getBoolean(4))));
                    return ids.stream()
                            .map(id -> byId.getOrDefault(id, TraceOrigin.NONE))
                            .toList();
                });
    }
}
