package io.zart.server.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.zart.server.config.Migrations;
import io.zart.server.config.Recurring;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Folds the deltas of the counts now and then, so that reading them stays cheap. Instances may fold at the same time. */
@Singleton
public class TallyFolding {

    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Recurring folding;

    TallyFolding(Vertx vertx, PgExecutionStore store, Migrations migrations) {
        this.folding = new Recurring(vertx, migrations, "folding of the counts", PAUSE, store::foldStats);
    }

    void start(@Observes StartupEvent event) {
        folding.start();
    }

    void stop(@Observes ShutdownEvent event) {
        folding.stop();
    }
}
