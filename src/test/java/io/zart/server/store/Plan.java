package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What a statement really did: its plan with the rows that it touched, executed once and rolled back. */
final class Plan {

    private final Set<String> scanned = new HashSet<>();
    private final String sql;
    private final JsonObject root;
    private long touched;

    private Plan(String sql, JsonObject root) {
        this.sql = sql;
        this.root = root;
        visit(root);
    }

    static Plan of(Pool pool, String sql, Tuple parameters) {
        Uni<JsonArray> plan = pool.withConnection(connection -> connection
                .begin()
                .chain(transaction -> connection
                        .preparedQuery("explain (analyze, timing off, format json) " + sql)
                        .execute(parameters)
                        .map(rows -> (JsonArray) rows.iterator().next().getValue(0))
                        .eventually(transaction::rollback)));
        JsonArray json = plan.await().atMost(Duration.ofSeconds(60));
        return new Plan(sql, json.getJsonObject(0).getJsonObject("Plan"));
    }

    private void visit(JsonObject node) {
        String type = node.getString("Node Type");
        String relation = node.getString("Relation Name");
        if (type.equals("Seq Scan")) {
            scanned.add(relation);
        }
        if (type.contains("Scan") && (relation != null || node.containsKey("Index Name"))) {
            touched += Math.round(node.getLong("Actual Loops")
                    * (node.getDouble("Actual Rows")
                            + node.getDouble("Rows Removed by Filter", 0.0)
                            + node.getDouble("Rows Removed by Index Recheck", 0.0)));
        }
        JsonArray inner = node.getJsonArray("Plans", new JsonArray());
        for (int i = 0; i < inner.size(); i++) {
            visit(inner.getJsonObject(i));
        }
    }

    /** None of these tables was read from end to end. */
    Plan scansNoneOf(String... tables) {
        assertThat(scanned).as("scans by %s%n%s", sql, root.encodePrettily()).doesNotContain(tables);
        return this;
    }

    /** No more than so many rows and index entries were looked at. */
    void touchesAtMost(long most) {
        assertThat(touched)
                .as("rows touched by %s%n%s", sql, root.encodePrettily())
                .isLessThanOrEqualTo(most);
    }
}
