package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.retention.FinishedExecutions;
import java.time.Duration;

/** Retention on PostgreSQL. */
public final class PgFinishedExecutions implements FinishedExecutions {

    private final Pool pool;

    public PgFinishedExecutions(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Uni<Step> deleteSome(ExecutionStatus status, Duration age, Position after, int most) {
        Tuple parameters = Tuple.of(age.toMillis(), after.scheduledAt(), after.id(), (long) most);
        return StoreErrors.guarded(() ->
                        pool.preparedQuery(RetentionSql.deleteSome(status)).execute(parameters))
                .map(rows -> step(rows.iterator().next()));
    }

    private static Step step(Row row) {
        String id = row.getString("id");
        return new Step(
                row.getBoolean("mine"),
                row.getInteger("seen"),
                row.getInteger("deleted"),
                id == null ? null : new Position(row.getOffsetDateTime("scheduled_at"), id),
                row.getDouble("overdue"));
    }
}
