package io.zart.server.testing;

import io.zart.server.config.DatabaseUrl;
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

    /** Removes the database and ends all connections to it. */
    public void drop() {
        TestPostgres.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    private static TestDatabase named(String name) {
        return new TestDatabase(name, TestPostgres.url(name));
    }
}
