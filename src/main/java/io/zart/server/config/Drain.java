package io.zart.server.config;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Says when the service begins to drain. On SIGTERM readiness goes off at once, but whoever distributes requests notices only some
 * time later; until then, for {@code quarkus.shutdown.delay}, everything is served as before. Then parked requests are answered
 * and work is handed over, while Quarkus waits for the requests that are under way.
 */
@Singleton
public class Drain {

    private final Vertx vertx;
    private final Event<Draining> draining;
    private final Duration delay;

    Drain(
            Vertx vertx,
            Event<Draining> draining,
            @ConfigProperty(name = "quarkus.shutdown.delay") Optional<Duration> delay) {
        this.vertx = vertx;
        this.draining = draining;
        this.delay = delay.orElse(Duration.ZERO);
    }

    void notReady(@Observes ShutdownDelayInitiatedEvent event) {
        vertx.setTimer(Math.max(1, delay.toMillis()), timer -> draining.fire(new Draining()));
    }
}
