package io.zart.server.store;

import static java.util.stream.Collectors.joining;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.testing.History;
import io.zart.server.testing.TestDatabase;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A cached plan lives on when the tables have grown, so the plans made for hardly any rows must find theirs by a condition of an
 * index too: a plan that reads all of a small table would read all of a large one later.
 */
class CachedPlansTest {

    private static final Set<String> GROWING = Set.of("execution", "task", "step", "attempt", "run", "event");

    /** They look at all tasks: for the operator's list of workers, and for the first deadline, in the order of its index. */
    private static final Set<String> OF_ALL_TASKS = Set.of("WorkerSql.SEEN", "JournalSql.NEXT_DEADLINE");

    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    enum Planned {
        BEFORE_ANY_STATISTICS {
            @Override
            void prepare(TestDatabase database) {}
        },
        WHEN_EMPTY {
            @Override
            void prepare(TestDatabase database) {
                database.execute("vacuum analyze");
            }
        },
        WHEN_NEARLY_EMPTY {
            @Override
            void prepare(TestDatabase database) {
                History.fill(database, 2, 1);
                database.execute("vacuum analyze");
            }
        },
        AFTER_A_QUEUE_HAS_GONE {
            @Override
            void prepare(TestDatabase database) {
                History.fill(database, 100, 6_000);
                database.execute("delete from task where execution_id <> 'active-000001'");
                database.execute("analyze");
            }
        },
        WHEN_FULL {
            @Override
            void prepare(TestDatabase database) {
                History.fill(database, 10_000, 3_000);
                database.execute("vacuum analyze");
            }
        };

        abstract void prepare(TestDatabase database);
    }

    @ParameterizedTest
    @EnumSource
    void everyRowIsFoundByACondition(Planned planned) {
        TestDatabase database = TestDatabase.createMigrated();
        Vertx vertx = Vertx.vertx();
        Pool pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(database.databaseUrl().connectOptions())
                .with(new PoolOptions().setMaxSize(1))
                .withConnectHandler(SessionSettings::apply)
                .using(vertx)
                .build());
        try {
            planned.prepare(database);
            SoftAssertions all = new SoftAssertions();
            statements()
                    .forEach(statement -> all.assertThat(unconditioned(plan(pool, statement.sql())))
                            .as("read from end to end by %s", statement.name())
                            .isEmpty());
            all.assertAll();
        } finally {
            pool.closeAndAwait();
            vertx.close();
            database.drop();
        }
    }

    private record Statement(String name, String sql) {}

    private static Stream<Statement> statements() {
        return Stream.of(JournalSql.class, ExecutionSql.class, ChildSql.class, WorkerSql.class, OperatorSql.class)
                .flatMap(type -> Stream.of(type.getDeclaredFields()))
                .filter(field -> field.getType() == String.class && !Modifier.isPrivate(field.getModifiers()))
                .map(CachedPlansTest::statement)
                .filter(statement -> !statement.sql().startsWith(",") && !OF_ALL_TASKS.contains(statement.name()));
    }

    private static Statement statement(Field field) {
        try {
            return new Statement(
                    field.getDeclaringClass().getSimpleName() + "." + field.getName(), (String) field.get(null));
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static JsonObject plan(Pool pool, String sql) {
        int parameters = PARAMETER
                .matcher(sql)
                .results()
                .map(found -> found.group(1))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
        String arguments = parameters == 0
                ? ""
                : Collections.nCopies(parameters, "null").stream().collect(joining(", ", "(", ")"));
        return pool.withConnection(connection -> connection
                        .query("prepare planned as " + sql)
                        .execute()
                        .chain(prepared -> connection
                                .query("explain (format json) execute planned" + arguments)
                                .execute())
                        .map(rows -> (JsonArray) rows.iterator().next().getValue(0))
                        .call(plan -> connection.query("deallocate planned").execute()))
                .await()
                .atMost(Duration.ofSeconds(60))
                .getJsonObject(0)
                .getJsonObject("Plan");
    }

    /** The growing tables of which a part of the plan reads all rows, or an index from end to end. */
    private static List<String> unconditioned(JsonObject node) {
        List<String> found = new ArrayList<>();
        String type = node.getString("Node Type");
        String relation = node.getString("Relation Name");
        if (type.endsWith("Scan")
                && relation != null
                && GROWING.contains(relation)
                && !node.containsKey("Index Cond")) {
            found.add(type + " " + node.getString("Index Name") + " of " + relation + " " + node.getString("Alias"));
        }
        JsonArray inner = node.getJsonArray("Plans", new JsonArray());
        for (int i = 0; i < inner.size(); i++) {
            found.addAll(unconditioned(inner.getJsonObject(i)));
        }
        return found;
    }
}
