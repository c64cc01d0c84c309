package io.zart.server.testing;

import io.zart.server.config.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;

/**
 * A fresh database for a test that builds its own objects.
 *
 * @param name its name
 * @param url its URL, as {@code zart.database.url} takes it
 */
public record TestDatabase(String name, String url) {

    /** Makes an empty database. */
    public static TestDatabase create() {
        return named(TestPostgres.createDatabase("template1"));
    }

    /** Makes a database with the present schema. */
    public static TestDatabase createMigrated() {
        TestDatabase database = create();
        DatabaseUrl url = database.databaseUrl();
        Flyway.configure()
                .dataSource(url.jdbcUrl(), url.username(), url.password().orElse(""))
                .locations("classpath:db/migration")
                .load()
                .migrate();
        return database;
    }

    /** The parsed URL, which also has the options of the reactive client. */
    public DatabaseUrl databaseUrl() {
        return DatabaseUrl.parse(url);
    }

    /** Rows of a statement that gives two texts, the second by the first. */
    public Map<String, String> pairs(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            Map<String, String> rows = new TreeMap<>();
            while (result.next()) {
                rows.put(result.getString(1), result.getString(2));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Executes these one after the other on one connection, each in a transaction of its own. */
    public void execute(String... commands) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes the database and ends all connections to it. */
    public void drop() {
        TestPostgres.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    private Connection connect() throws SQLException {
        DatabaseUrl address = databaseUrl();
        return DriverManager.getConnection(
                address.jdbcUrl(), address.username(), address.password().orElse(""));
    }

    private static TestDatabase named(String name) {
        return new TestDatabase(name, TestPostgres.url(name));
    }
}
