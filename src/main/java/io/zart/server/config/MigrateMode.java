package io.zart.server.config;

import io.quarkus.runtime.QuarkusApplication;
import java.util.Map;

/** The mode {@code --migrate}: brings the schema up to date and exits; serves nothing, runs no handler. */
public final class MigrateMode implements QuarkusApplication {

    /** The program argument that asks for this mode. */
    public static final String ARGUMENT = "--migrate";

    /** Set while this mode runs: the service's own parts stay still, because the schema is never said to be ready. */
    static final String PROPERTY = "zart-internal.migrate-only";

    private final Migrations migrations;

    MigrateMode(Migrations migrations) {
        this.migrations = migrations;
    }

    /** The settings under which this mode runs. */
    public static Map<String, String> settings() {
        return Map.of(PROPERTY, "true", "quarkus.http.host-enabled", "false");
    }

    @Override
    public int run(String... args) {
        try {
            System.out.println("zart-server: the schema is at version " + migrations.attempt());
            return 0;
        } catch (MigrationException e) {
            System.err.println("zart-server: cannot migrate the database: " + e.getMessage());
            return 1;
        }
    }
}
