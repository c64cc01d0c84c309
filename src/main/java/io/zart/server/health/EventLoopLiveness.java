package io.zart.server.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive when an event loop turns. Never asks the database. */
@Liveness
@Singleton
public class EventLoopLiveness implements AsyncHealthCheck {

    private static final String NAME = "event-loop";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Vertx vertx;

    EventLoopLiveness(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        Uni<HealthCheckResponse> turn = Uni.createFrom()
                .emitter(emitter -> vertx.runOnContext(ignored -> emitter.complete(HealthCheckResponse.up(NAME))));
        return turn.ifNoItem().after(PATIENCE).recoverWithItem(() -> HealthCheckResponse.down(NAME));
    }
}
