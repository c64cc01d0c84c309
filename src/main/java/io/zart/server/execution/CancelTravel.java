package io.zart.server.execution;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.zart.server.config.Migrations;
import io.zart.server.config.Recurring;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Looks every second for cancels that have to travel down to children. */
@Singleton
public class CancelTravel {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Recurring travel;

    CancelTravel(Vertx vertx, ChildStore store, ExecutionService service, Migrations migrations) {
        ChildCancellation cancellation = new ChildCancellation(store, service);
        this.travel = new Recurring(vertx, migrations, "cancelling of children", PAUSE, cancellation::sweep);
    }

    void start(@Observes StartupEvent event) {
        travel.start();
    }

    void stop(@Observes ShutdownEvent event) {
        travel.stop();
    }
}
