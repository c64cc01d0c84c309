package io.zart.server.budget;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What PostgreSQL itself counts in one database. A backend hands its counts in when it ends, at the latest, so each piece of
 * work has a connection of its own, and the counts are read when no connection to the database is left.
 */
final class Statistics {

    /** A connection commits once to be established, and once for the question how many statements it has prepared. */
    private static final long COMMITS_OF_A_CONNECTION = 2;

    private static final String ROWS = "select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables";

    private final TestDatabase database;
    private final Vertx vertx;

    Statistics(TestDatabase database, Vertx vertx) {
        this.database = database;
        this.vertx = vertx;
    }

    /**
     * What a piece of work cost.
     *
     * @param rows inserted, updated and deleted by table, without tables that were left alone
     * @param commits transactions, those that only read included; preparing a statement, once for each connection, is not
     */
    record Cost(Map<String, Long> rows, long commits) {

        /** Rows of all tables but the deltas of the counts, of which each statement writes at most one. */
        long written() {
            return rows.entrySet().stream()
                    .filter(table -> !table.getKey().equals("tally_delta"))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }

        long deltas() {
            return rows.getOrDefault("tally_delta", 0L);
        }
    }

    /** Does the work on one connection and tells what it cost. */
    Cost of(Consumer<Pool> work) {
        Map<String, Long> rowsBefore = rows();
        long commitsBefore = commits();
        PgConnectOptions options = database.databaseUrl().connectOptions();
        // Kept whatever their length, as in the service: each is prepared once, which is a commit of its own.
        options.setCachePreparedStatements(true).setPreparedStatementCacheSqlFilter(sql -> true);
        Pool pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(1))
                .using(vertx)
                .build());
        long prepared;
        try {
            work.accept(pool);
            prepared = pool.query("select count(*) from pg_prepared_statements")
                    .executeAndAwait()
                    .iterator()
                    .next()
                    .getLong(0);
        } finally {
            pool.closeAndAwait();
        }
        long commits = commits() - commitsBefore - prepared - COMMITS_OF_A_CONNECTION;
        Map<String, Long> rows = new TreeMap<>();
        rows().forEach((table, count) -> {
            long grown = count - rowsBefore.getOrDefault(table, 0L);
            if (grown != 0) {
                rows.put(table, grown);
            }
        });
        return new Cost(rows, commits);
    }

    private Map<String, Long> rows() {
        Map<String, Long> rows = new TreeMap<>();
        query(database.name(), ROWS, row -> rows.put(row.getString(1), row.getLong(2)));
        return rows;
    }

    private long commits() {
        await("the counts of all backends").until(() -> backends() == 0);
        return number("select xact_commit from pg_stat_database where datname = '" + database.name() + "'");
    }

    private long backends() {
        return number("select count(*) from pg_stat_activity where datname = '" + database.name() + "'");
    }

    /** Asked from another database, so that asking does not count. */
    private long number(String sql) {
        long[] number = new long[1];
        query("postgres", sql, row -> number[0] = row.getLong(1));
        return number[0];
    }

    private interface Reader {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String in, String sql, Reader reader) {
        String url = database.databaseUrl().jdbcUrl().replace(database.name(), in);
        try (Connection connection = DriverManager.getConnection(
                        url,
                        database.databaseUrl().username(),
                        database.databaseUrl().password().orElse(""));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
