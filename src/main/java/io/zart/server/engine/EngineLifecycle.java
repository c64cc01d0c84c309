package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.zart.server.config.Migrations;
import io.zart.server.execution.ServedTasks;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Starts the engine once the schema is there; at the end hands its leases over, so that other instances go on at once. */
@Singleton
public class EngineLifecycle {

    private static final Duration HAND_OVER = Duration.ofSeconds(2);

    private final Engine engine;
    private final Migrations migrations;
    private final ServedTasks served;

    EngineLifecycle(Engine engine, Migrations migrations, ServedTasks served) {
        this.engine = engine;
        this.migrations = migrations;
        this.served = served;
    }

    void start(@Observes StartupEvent event) {
        served.announce(engine::served);
        migrations
                .whenApplied()
                .subscribe()
                .with(applied -> engine.start(), failure -> Log.error("the engine does not start", failure));
    }

    /** On the main thread, while the database client is still open. */
    void stop(@Observes @Priority(10) ShutdownEvent event) {
        engine.stop();
        try {
            engine.handOver().await().atMost(HAND_OVER);
        } catch (RuntimeException e) {
            Log.warnf("leases could not be handed over (%s): they run out by themselves", e.getMessage());
        }
    }
}
