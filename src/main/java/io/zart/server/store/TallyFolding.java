package io.zart.server.store;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.zart.server.config.Migrations;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Folds the deltas of the counts now and then, so that reading them stays cheap. Instances may fold at the same time. */
@Singleton
public class TallyFolding {

    private static final long EVERY_MILLIS = 2_000;

    private final Vertx vertx;
    private final PgExecutionStore store;
    private final Migrations migrations;
    private volatile boolean stopped;

    TallyFolding(Vertx vertx, PgExecutionStore store, Migrations migrations) {
        this.vertx = vertx;
        this.store = store;
        this.migrations = migrations;
    }

    void start(@Observes StartupEvent event) {
        migrations
                .whenApplied()
                .subscribe()
                .with(applied -> next(), failure -> Log.error("counts are not folded", failure));
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
    }

    private void next() {
        if (!stopped) {
            vertx.setTimer(
                    EVERY_MILLIS,
                    fired -> store.foldStats().subscribe().with(done -> next(), failure -> {
                        Log.debugf(failure, "counts could not be folded");
                        next();
                    }));
        }
    }
}
