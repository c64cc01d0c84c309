package io.zart.server.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.zart.server.config.Migrations;
import io.zart.server.config.ZartConfig;
import io.zart.server.engine.VertxTimers;
import io.zart.server.execution.ExecutionStatus;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/** Starts retention once the schema is there, and stops it with the service. */
@Singleton
public class RetentionWiring implements Progress {

    private final Purge purge;
    private final MeterRegistry meters;
    private final AtomicLong behind = new AtomicLong();

    RetentionWiring(Vertx vertx, FinishedExecutions executions, ZartConfig config, MeterRegistry meters) {
        this.meters = meters;
        this.purge = new Purge(executions, RetentionRules.of(config).ages(), new VertxTimers(vertx), this);
        Gauge.builder("zart.retention.lag.seconds", behind, Number::doubleValue)
                .description(
                        "For how long the oldest execution ought to have been deleted, as far as this instance is at it")
                .register(meters);
        for (ExecutionStatus status : ExecutionStatus.values()) {
            if (status.terminal()) {
                deleted(status, 0);
            }
        }
    }

    void start(@Observes StartupEvent event, Migrations migrations) {
        migrations
                .whenApplied()
                .subscribe()
                .with(applied -> purge.start(), failure -> Log.error("retention does not run", failure));
    }

    void stop(@Observes ShutdownEvent event) {
        purge.stop();
    }

    @Override
    public void deleted(ExecutionStatus status, int count) {
        Counter.builder("zart.retention.deleted")
                .description("Finished executions deleted at the end of their retention")
                .tag("status", status.wire())
                .register(meters)
                .increment(count);
    }

    @Override
    public void behind(double seconds) {
        behind.set(Math.round(seconds));
    }
}
