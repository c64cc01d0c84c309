package io.zart.server.store;

import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.testing.History;
import io.zart.server.testing.TestDatabase;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Set;
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
            }
        },
        AFTER_A_QUEUE_HAS_GONE {
            @Override
            void prepare(TestDatabase database) {
                History.fill(database, 100, 6_000);
                database.execute("delete from task where execution_id <> 'active-000001'", "analyze");
            }
        },
        WHEN_FULL {
            @Override
            void prepare(TestDatabase database) {
                History.fill(database, 10_000, 3_000);
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
                    .forEach(statement -> all.assertThat(
                                    Plan.cached(pool, statement.sql()).unconditioned())
                            .as("read from end to end by %s", statement.name())
                            .noneMatch(scan -> GROWING.contains(scan.substring(0, scan.indexOf(':')))));
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
}
