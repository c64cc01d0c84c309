package io.zart.server.grants;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zart.server.config.ByteSize;
import io.zart.server.config.DatabaseUrl;
import io.zart.server.config.DerivedSettings;
import io.zart.server.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.flywaydb.core.Flyway;

/** A database with the two roles of the operations guide: one has migrated it, the service connects as the other. */
public class TwoRolesResource implements QuarkusTestResourceLifecycleManager {

    private TestDatabase server;

    @Override
    public Map<String, String> start() {
        server = TestDatabase.create();
        try {
            GuideSql.undo(server.databaseUrl());
            GuideSql.execute(server.databaseUrl());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        DatabaseUrl owner = as("zart_owner");
        Flyway.configure()
                .dataSource(owner.jdbcUrl(), owner.username(), owner.password().orElse(""))
                .locations("classpath:db/migration")
                .load()
                .migrate();
        DatabaseUrl service = as("zart_service");
        Map<String, String> settings = new HashMap<>(DerivedSettings.database(service, service, 8));
        settings.putAll(DerivedSettings.http(ByteSize.parse("2M")));
        settings.put("zart.database.url", url("zart_service"));
        settings.put("zart.samples.enabled", "true");
        settings.put("zart.retention.completed", "5s");
        return settings;
    }

    private DatabaseUrl as(String role) {
        return DatabaseUrl.parse(url(role));
    }

    private String url(String role) {
        return "postgresql://" + role + ":...@localhost:" + server.databaseUrl().port() + "/zart";
    }

    @Override
    public void stop() {
        if (server != null) {
            try {
                GuideSql.undo(server.databaseUrl());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            } finally {
                server.drop();
            }
        }
    }
}
