package io.zart.server.pause;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.zart.server.config.Migrations;
import io.zart.server.engine.Engine;
import io.zart.server.notify.Announcer;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** Builds the rules of this instance and keeps them fresh; after each change what is held without a reason goes on. */
@Singleton
public class PauseWiring {

    private static final long REFRESH_MILLIS = 1_000;
    private static final int SWEEP_EVERY = 5;

    private volatile boolean stopped;

    @Produces
    @Singleton
    PauseRules rules(PauseStore store) {
        return new PauseRules(store, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    @Produces
    @Singleton
    PauseService service(PauseStore store, PauseRules rules, Announcer announcer) {
        return new PauseService(store, rules, announcer::pausesChanged);
    }

    @Produces
    @Singleton
    PauseRelease release(PauseStore store, Engine engine) {
        return new PauseRelease(store, engine);
    }

    void start(
            @Observes StartupEvent event, Vertx vertx, Migrations migrations, PauseRules rules, PauseRelease release) {
        rules.onChange(release::changed);
        migrations
                .whenApplied()
                .subscribe()
                .with(applied -> next(vertx, rules, release, 0), failure -> Log.error("pauses are off", failure));
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
    }

    private void next(Vertx vertx, PauseRules rules, PauseRelease release, int round) {
        if (stopped) {
            return;
        }
        rules.refresh()
                .onTermination()
                .invoke(() -> vertx.setTimer(REFRESH_MILLIS, fired -> {
                    if (!stopped && round % SWEEP_EVERY == 0) {
                        release.sweep();
                    }
                    next(vertx, rules, release, round + 1);
                }))
                .subscribe()
                .with(done -> {}, failure -> Log.debugf(failure, "pause rules not read"));
    }
}
