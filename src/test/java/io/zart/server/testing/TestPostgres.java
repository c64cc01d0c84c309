package io.zart.server.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/** One PostgreSQL for all tests of this JVM; it goes away with the JVM. Known by a system property to every class loader. */
final class TestPostgres {

    private static final String PROPERTY = "test.postgres";
    private static final Map<String, String> SETTINGS = Map.of(
            "max_connections", "300",
            "shared_buffers", "128MB",
            "track_counts", "on",
            "track_functions", "all",
            // Its transactions would be counted among those of the operation that a test counts.
            "autovacuum", "off");

    private TestPostgres() {}

    /** The port of the server, which is started if it does not run yet. */
    static int port() {
        Map<Object, Object> shared = System.getProperties();
        return Integer.parseInt((String) shared.computeIfAbsent(PROPERTY, name -> start()));
    }

    static String url(String database) {
        return "postgresql://postgres:postgres@localhost:" + port() + "/" + database;
    }

    /** Makes a database with a new name, as a copy of another one. */
    static String createDatabase(String template) {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        return name;
    }

    static void execute(String sql) {
        String url = "jdbc:postgresql://localhost:" + port() + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static String start() {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
            SETTINGS.forEach(builder::setServerConfig);
            return Integer.toString(builder.start().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException("the PostgreSQL of the tests does not start", e);
        }
    }
}
