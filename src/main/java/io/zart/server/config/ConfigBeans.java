package io.zart.server.config;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.flywaydb.core.Flyway;

/** Makes beans of what the settings describe. */
@ApplicationScoped
public class ConfigBeans {

    /** The addresses of the database, known once the program has started. */
    @Produces
    @Singleton
    DatabaseUrls databaseUrls(ZartConfig config) {
        ZartConfig.Database database = config.database();
        String url = database.url().orElseThrow(() -> new SettingException("zart.database.url is not set"));
        return DatabaseUrls.of(url, database.username(), database.password(), database.directUrl());
    }

    /** The migrations, started with the application. */
    @Produces
    @Singleton
    Migrations migrations(Flyway flyway) {
        return new Migrations(flyway, Infrastructure.getDefaultWorkerPool());
    }

    void start(@Observes @Priority(10) StartupEvent event, Migrations migrations) {
        if (!Boolean.getBoolean(MigrateMode.PROPERTY)) {
            migrations.start();
        }
    }

    void stop(@Observes ShutdownEvent event, Migrations migrations) {
        migrations.stop();
    }
}
