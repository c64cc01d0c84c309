package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.TraceContexts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trace contexts from PostgreSQL; reads of one moment share one statement. */
final class PgTraceContexts implements TraceContexts {

    /** 0 rows. */
    private static final String FIND = "select id, traceparent from execution where id = any($1::text[])";

    private final Pool pool;
    private final Batcher<String, Optional<String>> finds;

    PgTraceContexts(Pool pool) {
        this.pool = pool;
        this.finds = new Batcher<>(this::findAll, id -> id, id -> 0, 2);
    }

    @Override
    public Uni<String> of(String executionId) {
        return finds.submit(executionId).map(found -> found.orElse(null));
    }

    private Uni<List<Optional<String>>> findAll(List<String> ids) {
        return pool.preparedQuery(FIND)
                .execute(Tuple.tuple().addArrayOfString(ids.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, String> byId = new HashMap<>();
                    rows.forEach(row -> byId.put(row.getString(0), row.getString(1)));
                    return ids.stream()
                            .map(id -> Optional.ofNullable(byId.get(id)))
                            .toList();
                });
    }
}
