package io.zart.server.config;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Does something again and again once the schema is there, each time so long after the last one has ended. A failure is logged
 * and the next time comes as usual. The job runs on an event loop and must not block.
 */
public final class Recurring {

    private final Vertx vertx;
    private final Migrations migrations;
    private final String what;
    private final Duration pause;
    private final Supplier<Uni<Void>> job;
    private volatile boolean stopped;

    /** @param what the job, as a subject of a sentence in the log */
    public Recurring(Vertx vertx, Migrations migrations, String what, Duration pause, Supplier<Uni<Void>> job) {
        this.vertx = vertx;
        this.migrations = migrations;
        this.what = what;
        this.pause = pause;
        this.job = job;
    }

    /** Begins once the schema is there. */
    public void start() {
        migrations
                .whenApplied()
                .subscribe()
                .with(applied -> next(), failure -> Log.errorf(failure, "%s does not start", what));
    }

    /** Does it no more. */
    public void stop() {
        stopped = true;
    }

    private void next() {
        if (!stopped) {
            vertx.setTimer(pause.toMillis(), fired -> run());
        }
    }

    private void run() {
        if (!stopped) {
            job.get().subscribe().with(done -> next(), failure -> {
                Log.warnf("%s failed this time: %s", what, failure.getMessage());
                Log.debug(what, failure);
                next();
            });
        }
    }
}
