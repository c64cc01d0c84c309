package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.ListQuery;
import io.zart.server.execution.ListQuery.Position;
import io.zart.server.execution.ListQuery.Sort;
import io.zart.server.testing.History;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListSqlTest {

    private static final int ENDED = 30_000;
    private static final int ACTIVE = 600;
    /** Of one page of 21: a few ranges of it for each of 14 task names, and all active executions where there is no order. */
    private static final int MOST_TOUCHED = 21 * 5 * 15 + 3 * ACTIVE + 500;

    private static final String STATUS =
            "(case when e.status <> 'active' then e.status when t.started_at is null then 'scheduled' else 'running' end)";

    /** A filter, and the same as a condition. */
    record Filter(String name, ListQuery query, String condition) {
        @Override
        public String toString() {
            return name;
        }
    }

    private TestDatabase database;
    private Vertx vertx;
    private Pool pool;

    @BeforeAll
    void fill() {
        database = TestDatabase.createMigrated();
        History.fill(database, ENDED, ACTIVE);
        vertx = Vertx.vertx();
        pool = pool(database);
    }

    private Pool pool(TestDatabase of) {
        return Pool.newInstance(PgBuilder.pool()
                .connectingTo(of.databaseUrl().connectOptions())
                .with(new PoolOptions().setMaxSize(4))
                .using(vertx)
                .withConnectHandler(SessionSettings::apply)
                .build());
    }

    @AfterAll
    void drop() {
        pool.closeAndAwait();
        vertx.close();
        database.drop();
    }

    private static ListQuery query(ExecutionStatus status, String task, String prefix, Instant from, Instant to) {
        return new ListQuery(status, task, prefix, from, to, Sort.SCHEDULED_AT, true, 0, 0, null);
    }

    static Stream<Filter> filters() {
        Instant now = Instant.now();
        Instant from = now.minus(Duration.ofDays(12));
        Instant to = now.minus(Duration.ofDays(11));
        String range = "e.scheduled_at between '" + from + "' and '" + to + "'";
        List<Filter> filters = new ArrayList<>();
        filters.add(new Filter("all", query(null, null, null, null, null), "true"));
        for (ExecutionStatus status : ExecutionStatus.values()) {
            filters.add(new Filter(
                    status.wire(), query(status, null, null, null, null), STATUS + " = '" + status.wire() + "'"));
        }
        filters.add(new Filter(
                "part of a task name", query(null, "ORDER", null, null, null), "e.task_name ilike '%order%'"));
        filters.add(new Filter("no task name", query(null, "absent", null, null, null), "false"));
        filters.add(new Filter("many ids", query(null, null, "order-", null, null), "e.id like 'order-%'"));
        filters.add(
                new Filter("few ids", query(null, null, "order-0000021", null, null), "e.id like 'order-0000021%'"));
        filters.add(new Filter("active ids", query(null, null, "active-", null, null), "e.id like 'active-%'"));
        filters.add(new Filter("a range of time", query(null, null, null, from, to), range));
        filters.add(new Filter(
                "failed of a task name in a range of time",
                query(ExecutionStatus.FAILED, "mail", null, from, to),
                "e.status = 'failed' and e.task_name like '%mail%' and " + range));
        filters.add(new Filter(
                "running of some ids",
                query(ExecutionStatus.RUNNING, null, "active-0000", null, null),
                STATUS + " = 'running' and e.id like 'active-0000%'"));
        return filters.stream();
    }

    private static ListQuery with(ListQuery q, Sort sort, boolean descending, int limit, Position after) {
        return new ListQuery(
                q.status(), q.taskName(), q.idPrefix(), q.from(), q.to(), sort, descending, limit, 0, after);
    }

    private List<Row> rows(String sql, Tuple parameters) {
        RowSet<Row> rows = pool.preparedQuery(sql).execute(parameters).await().atMost(Duration.ofSeconds(30));
        return StreamSupport.stream(rows.spliterator(), false).toList();
    }

    private List<String> reference(Filter filter, Sort sort, boolean descending) {
        String direction = descending ? " desc" : " asc";
        String key = switch (sort) {
            case SCHEDULED_AT -> "e.scheduled_at";
            case STATUS -> STATUS + " collate \"C\"";
            case TASK_NAME -> "e.task_name";
        };
        return rows(
                        "select e.id from execution e left join task t on t.execution_id = e.id where "
                                + filter.condition() + " order by " + key + direction + ", e.id" + direction,
                        Tuple.tuple())
                .stream()
                .map(row -> row.getString("id"))
                .toList();
    }

    private List<Row> page(ListQuery query, boolean few) {
        ListSql sql = new ListSql(query, few);
        return rows(sql.text(), sql.parameters());
    }

    private static Position position(Row row, Sort sort) {
        var execution = Rows.execution(row);
        String key = switch (sort) {
            case SCHEDULED_AT -> execution.scheduledAt().toString();
            case STATUS -> execution.status().wire();
            case TASK_NAME -> execution.taskName();
        };
        return new Position(key, execution.id());
    }

    @ParameterizedTest
    @MethodSource("filters")
    void pagesFollowTheTotalOrder(Filter filter) {
        for (Sort sort : Sort.values()) {
            for (boolean descending : new boolean[] {true, false}) {
                List<String> all = reference(filter, sort, descending);
                for (boolean few : new boolean[] {true, false}) {
                    int limit = Math.max(7, all.size() / 6);
                    Position after = null;
                    List<String> seen = new ArrayList<>();
                    List<Row> page;
                    do {
                        page = page(with(filter.query(), sort, descending, limit, after), few);
                        page.forEach(row -> seen.add(row.getString("id")));
                        after = page.isEmpty() ? null : position(page.get(page.size() - 1), sort);
                    } while (page.size() == limit);
                    assertThat(seen).as("%s by %s, few %s", filter, sort, few).isEqualTo(all);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("filters")
    void theFirstPageAndADeepOneTouchFewRows(Filter filter) {
        for (Sort sort : Sort.values()) {
            for (boolean descending : new boolean[] {true, false}) {
                ListQuery first = with(filter.query(), sort, descending, 21, null);
                touchesFew(first);
                List<Row> most = page(with(filter.query(), sort, descending, 20_000, null), false);
                if (!most.isEmpty()) {
                    touchesFew(with(filter.query(), sort, descending, 21, position(most.get(most.size() - 1), sort)));
                }
            }
        }
    }

    /** Ordered by time, ids in a range of many are looked for; otherwise a bound on the rows holds whatever the range. */
    private void touchesFew(ListQuery query) {
        boolean few = query.idPrefix() == null || !query.idPrefix().equals("order-");
        ListSql sql = new ListSql(query, few);
        Plan.of(pool, sql.text(), sql.parameters())
                .scansNoneOf("execution")
                .touchesAtMost(MOST_TOUCHED + (few ? candidates(query) : 0));
    }

    /** What is sorted because there are few. */
    private long candidates(ListQuery query) {
        if (!ListSql.probed(query)) {
            return 0;
        }
        ListSql probe = ListSql.probe(query);
        Plan.of(pool, probe.text(), probe.parameters()).scansNoneOf("execution").touchesAtMost(ENDED / 10);
        return rows(probe.text(), probe.parameters()).get(0).getLong("candidates");
    }

    /** In a database of its own: the bounds of the other tests are not those of a long queue. */
    @Test
    void aPageOfALongQueueTouchesFewRows() {
        TestDatabase queue = TestDatabase.createMigrated();
        queue.execute("""
                with n as (select n, lpad(n::text, 6, '0') as id from generate_series(1, 20000) as n),
                e as (insert into execution (id, task_name, scheduled_at, payload) select id, 'queued', now(), 'null' from n)
                insert into task (execution_id, task_name, scheduled_at, run_index, run_at, lease_epoch, version)
                select id, 'queued', now(), 0, now(), 0, 1 from n""", "vacuum (analyze)");
        Pool its = pool(queue);
        try {
            for (Sort sort : Sort.values()) {
                for (ExecutionStatus status : new ExecutionStatus[] {null, ExecutionStatus.SCHEDULED}) {
                    ListSql sql = new ListSql(with(query(status, null, null, null, null), sort, true, 21, null), false);
                    Plan.of(its, sql.text(), sql.parameters()).touchesAtMost(500);
                }
            }
        } finally {
            its.closeAndAwait();
            queue.drop();
        }
    }

    @Test
    void aPageAfterAnOffsetGoesOnWhereTheOffsetEnds() {
        ListQuery all = new ListQuery(null, null, null, null, null, Sort.TASK_NAME, false, 50, 0, null);
        ListQuery later = new ListQuery(null, null, null, null, null, Sort.TASK_NAME, false, 20, 30, null);
        assertThat(page(later, false).stream().map(row -> row.getString("id")))
                .isEqualTo(page(all, false).subList(30, 50).stream()
                        .map(row -> row.getString("id"))
                        .toList());
    }

    @Test
    void theEndOfAPrefixIsTheNextTextByCodePoints() {
        assertThat(ListConditions.afterAllWith("ab")).isEqualTo("ac");
        assertThat(ListConditions.afterAllWith("a\uD7FF")).isEqualTo("a\uE000");
        assertThat(ListConditions.afterAllWith("a" + Character.toString(Character.MAX_CODE_POINT)))
                .isEqualTo("b");
        assertThat(ListConditions.afterAllWith(Character.toString(Character.MAX_CODE_POINT)))
                .isNull();
    }
}
