package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How a statement is executed: its plan for any parameters, as it is cached, and the rows that it touched; rolled back. */
final class Plan {

    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    private final Set<String> scanned = new HashSet<>();
    private final List<String> unconditioned = new ArrayList<>();
    private final String sql;
    private final JsonObject root;
    private long touched;

    private Plan(String sql, JsonObject root) {
        this.sql = sql;
        this.root = root;
        visit(root);
    }

    static Plan of(Pool pool, String sql, Tuple parameters) {
        return new Plan(sql, explain(pool, sql, "analyze, timing off, ", literals(parameters)));
    }

    /** The same without executing it, for which any parameters do. */
    static Plan cached(Pool pool, String sql) {
        int parameters = PARAMETER
                .matcher(sql)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
        return new Plan(sql, explain(pool, sql, "", literals(Tuple.wrap(Collections.nCopies(parameters, null)))));
    }

    private static JsonObject explain(Pool pool, String sql, String options, String literals) {
        Uni<JsonArray> plan = pool.withConnection(connection -> connection
                .begin()
                .chain(transaction -> connection
                        .query("prepare planned as " + sql)
                        .execute()
                        .chain(prepared -> connection
                                .query("explain (" + options + "format json) execute planned" + literals)
                                .execute())
                        .map(rows -> (JsonArray) rows.iterator().next().getValue(0))
                        .eventually(() -> connection.query("deallocate planned").execute())
                        .eventually(transaction::rollback)));
        return plan.await().atMost(Duration.ofSeconds(60)).getJsonObject(0).getJsonObject("Plan");
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
        if (type.endsWith("Scan") && relation != null && !node.containsKey("Index Cond")) {
            unconditioned.add(relation + ": " + type + " " + node.getString("Index Name"));
        }
        if (node.containsKey("Actual Loops")
                && type.contains("Scan")
                && (relation != null || node.containsKey("Index Name"))) {
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

    /** Each scan of a table, with its index, that has no condition for the index: it reads all, or from one end of it. */
    List<String> unconditioned() {
        return unconditioned;
    }

    /** No more than so many rows and index entries were looked at. */
    void touchesAtMost(long most) {
        assertThat(touched)
                .as("rows touched by %s%n%s", sql, root.encodePrettily())
                .isLessThanOrEqualTo(most);
    }
}
