package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.Act;
import io.zart.server.pause.PauseRule;
import io.zart.server.pause.PauseStore;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/** Pause rules on PostgreSQL. */
public final class PgPauseStore implements PauseStore {

    private final Pool pool;

    public PgPauseStore(Pool pool) {
        this.pool = pool;
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    @Override
    public Uni<Applying> applying() {
        return query(PauseSql.APPLYING, Tuple.tuple()).map(rows -> {
            List<Timed> rules = new ArrayList<>();
            long version = 0;
            for (Row row : rows) {
                version = row.getLong("version");
                if (row.getString("rule_id") != null) {
                    rules.add(new Timed(rule(row), ClaimReader.millis(row, "remaining_ms")));
                }
            }
            return new Applying(version, List.copyOf(rules));
        });
    }

    private static PauseRule rule(Row row) {
        return new PauseRule(
                row.getString("rule_id"),
                row.getString("execution_id"),
                row.getString("task_name"),
                row.getString("step_pattern"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "expires_at"),
                row.getString("created_by"),
                Rows.instant(row, "deleted_at"),
                row.getString("reason"));
    }

    @Override
    public Uni<PauseRule> create(PauseRule rule) {
        JsonObject detail = new JsonObject()
                .put("ruleId", rule.ruleId())
                .put("taskName", rule.taskName())
                .put("stepPattern", rule.stepPattern())
                .put(
                        "expiresAt",
                        rule.expiresAt() == null ? null : rule.expiresAt().toString());
        Tuple parameters = Tuple.tuple()
                .addString(rule.ruleId())
                .addString(rule.executionId())
                .addString(rule.taskName())
                .addString(rule.stepPattern())
                .addOffsetDateTime(
                        rule.expiresAt() == null ? null : rule.expiresAt().atOffset(ZoneOffset.UTC))
                .addString(rule.createdBy())
                .addString(rule.reason())
                .addString(detail.encode());
        return query(PauseSql.CREATE, parameters)
                .map(rows -> rows.size() == 0 ? null : rule(rows.iterator().next()));
    }

    @Override
    public Uni<Boolean> delete(String ruleId, Act act) {
        String detail = new JsonObject().put("ruleId", ruleId).encode();
        return query(PauseSql.DELETE, Tuple.of(ruleId, act.triggeredBy(), act.reason(), detail))
                .map(rows -> rows.size() > 0);
    }

    @Override
    public Uni<List<PauseRule>> list(boolean includeDeleted, boolean includeExpired) {
        return query(PauseSql.LIST, Tuple.of(includeDeleted, includeExpired))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(PgPauseStore::rule)
                        .toList());
    }

    @Override
    public Uni<List<String>> release() {
        return release(new TreeSet<>());
    }

    private Uni<List<String>> release(Set<String> taskNames) {
        return query(PauseSql.RELEASE, Tuple.tuple()).chain(rows -> {
            rows.forEach(row -> taskNames.add(row.getString(0)));
            return rows.size() == 0 ? Uni.createFrom().item(List.copyOf(taskNames)) : release(taskNames);
        });
    }
}
