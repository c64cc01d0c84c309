package io.zart.server.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import io.zart.server.config.Migrations;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the pool answers within a second and the schema is known to be up to date. */
@Readiness
@Singleton
public class DatabaseReadiness implements AsyncHealthCheck {

    private static final String NAME = "database";
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String PROBE = "select 1";

    private final Pool pool;
    private final Migrations migrations;

    DatabaseReadiness(Pool pool, Migrations migrations) {
        this.pool = pool;
        this.migrations = migrations;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        if (!migrations.applied()) {
            return Uni.createFrom().item(down("the schema is not known to be up to date yet"));
        }
        return Uni.createFrom()
                .completionStage(() -> pool.query(PROBE).execute().toCompletionStage())
                .onItem()
                .transform(rows -> HealthCheckResponse.up(NAME))
                .ifNoItem()
                .after(PATIENCE)
                .recoverWithItem(() -> down("no answer within " + PATIENCE.toMillis() + " ms"))
                .onFailure()
                .recoverWithItem(failure -> down("the database is not available"));
    }

    private static HealthCheckResponse down(String reason) {
        return HealthCheckResponse.named(NAME).down().withData("reason", reason).build();
    }
}
