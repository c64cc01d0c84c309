package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.zart.server.config.Draining;
import io.zart.server.config.Migrations;
import io.zart.server.config.ZartConfig;
import io.zart.server.execution.ServedTasks;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Starts the engine once the schema is there. At the end no step begins any more, those under way may end within a limit, and
 * all leases are handed over, so that other instances go on at once.
 */
@Singleton
public class EngineLifecycle {

    private static final Duration HAND_OVER = Duration.ofSeconds(2);

    private final Engine engine;
    private final Migrations migrations;
    private final ServedTasks served;
    private final Duration drainTimeout;

    EngineLifecycle(Engine engine, Migrations migrations, ServedTasks served, ZartConfig config) {
        this.engine = engine;
        this.migrations = migrations;
        this.served = served;
        this.drainTimeout = config.drainTimeout();
    }

    void start(@Observes StartupEvent event) {
        served.announce(engine::served);
        migrations
                .whenApplied()
                .subscribe()
                .with(applied -> engine.start(), failure -> Log.error("the engine does not start", failure));
    }

    /** While the last requests are answered. */
    void drain(@Observes Draining event) {
        engine.drain();
    }

    /** On the main thread, while the database client is still open. */
    void stop(@Observes @Priority(10) ShutdownEvent event) {
        engine.drain();
        Uni.combine()
                .any()
                .of(
                        engine.whenDrained(),
                        Uni.createFrom().voidItem().onItem().delayIt().by(drainTimeout))
                .await()
                .indefinitely();
        try {
            engine.handOver().await().atMost(HAND_OVER);
        } catch (RuntimeException e) {
            Log.warnf("leases could not be handed over (%s): they run out by themselves", e.getMessage());
        }
    }
}
