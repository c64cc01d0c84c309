package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a statement really did: its plan for any parameters, as it is cached, with the rows that it touched; rolled back. */
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
                        .query("prepare planned as " + sql)
                        .execute()
                        .chain(prepared -> connection
                                .query("explain (analyze, timing off, format json) execute planned"
                                        + literals(parameters))
                                .execute())
                        .map(rows -> (JsonArray) rows.iterator().next().getValue(0))
                        .eventually(() -> connection.query("deallocate planned").execute())
                        .eventually(transaction::rollback)));
        JsonArray json = plan.await().atMost(Duration.ofSeconds(60));
        return new Plan(sql, json.getJsonObject(0).getJsonObject("Plan"));
    }

    private static String literals(Tuple parameters) {
        return parameters.size() == 0
                ? ""
                : IntStream.range(0, parameters.size())
                        .mapToObj(i -> literal(parameters.getValue(i)))
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String literal(Object value) {
        return value == null ? "null" : "'" + text(value).replace("'", "''") + "'";
    }

    private static String text(Object value) {
        return value instanceof Object[] array
                ? Arrays.stream(array)
                        .map(element -> element == null ? "null" : "\"" + element + "\"")
                        .collect(Collectors.joining(",", "{", "}"))
                : value.toString();
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
