package io.zart.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.zart.server.config.Migrations;
import io.zart.server.execution.QueueStats;
import io.zart.server.execution.Upkeep;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;

/** Asks now and then what operators watch; the gauges show the last answer. Never blocks. */
@Singleton
public class UpkeepGauges {

    private static final Logger LOG = Logger.getLogger(UpkeepGauges.class);
    private static final long PERIOD_MILLIS = 10_000;
    private static final long FIRST_MILLIS = 500;

    private record Seen(boolean up, QueueStats queues) {}

    private final Vertx vertx;
    private final Upkeep upkeep;
    private final Migrations migrations;
    private final AtomicReference<Seen> last = new AtomicReference<>(new Seen(false, new QueueStats(0, 0, 0)));
    private final AtomicLong timer = new AtomicLong(-1);

    UpkeepGauges(Vertx vertx, Upkeep upkeep, Migrations migrations) {
        this.vertx = vertx;
        this.upkeep = upkeep;
        this.migrations = migrations;
    }

    void start(@Observes StartupEvent event, MeterRegistry registry, ZartMetrics metrics, DatabaseGauges gauges) {
        metrics.queueDepth(() -> last.get().queues().depth());
        metrics.unservedTasks(() -> last.get().queues().unserved());
        gauges.oldestReady(() -> last.get().queues().oldestReadyAgeSeconds());
        gauge(registry, "zart.database.up", "Whether the database answered last", seen -> seen.up() ? 1 : 0);
        vertx.setTimer(FIRST_MILLIS, first -> look());
        timer.set(vertx.setPeriodic(PERIOD_MILLIS, due -> look()));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer.get());
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Seen> value) {
        Gauge.builder(name, last, seen -> value.applyAsDouble(seen.get()))
                .description(description)
                .register(registry);
    }

    private void look() {
        if (!migrations.applied()) {
            return;
        }
        upkeep.queues().map(queues -> new Seen(true, queues)).subscribe().with(last::set, this::failed);
    }

    private void failed(Throwable failure) {
        LOG.debug("the database did not say what operators watch", failure);
        last.updateAndGet(seen -> new Seen(false, seen.queues()));
    }
}
