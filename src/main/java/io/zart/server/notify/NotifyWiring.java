package io.zart.server.notify;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.zart.server.config.DatabaseUrls;
import io.zart.server.config.Draining;
import io.zart.server.config.Migrations;
import io.zart.server.config.ZartConfig;
import io.zart.server.engine.Engine;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.WorkAnnouncement;
import io.zart.server.execution.ExecutionStore;
import io.zart.server.metrics.StoreMetrics;
import io.zart.server.metrics.ZartMetrics;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Builds the announcer, the waiters and the listener of this instance, and starts and stops them with the service. */
@Singleton
public class NotifyWiring {

    private final AtomicLong safetyTimer = new AtomicLong(-1);
    private final String instance = UUID.randomUUID().toString();

    @Produces
    @Singleton
    Announcer announcer(Vertx vertx, Pool pool) {
        return new Announcer(vertx, pool, instance);
    }

    @Produces
    @Singleton
    Waiters waiters(
            Vertx vertx,
            ExecutionStore store,
            Announcer announcer,
            ZartMetrics metrics,
            StoreMetrics storeMetrics,
            ZartConfig config) {
        return new Waiters(
                vertx, store, announcer, metrics::ended, config.limits().parkedWaits(), storeMetrics::wokenUp);
    }

    @Produces
    @Singleton
    WorkAnnouncement workAnnouncement(Announcer announcer) {
        return announcer::announceWork;
    }

    @Produces
    @Singleton
    Listener listener(
            Vertx vertx,
            DatabaseUrls urls,
            Waiters waiters,
            Engine engine,
            Announcer announcer,
            PauseGate pauses,
            Migrations migrations) {
        WorkHint hint = taskName -> {
            engine.workHinted(taskName);
            announcer.workHinted(taskName);
        };
        // Before the schema is there, there are no rules to read; they are read as soon as it is.
        Runnable pausesChanged = () -> {
            if (migrations.applied()) {
                pauses.upTo(Long.MAX_VALUE).subscribe().with(done -> {});
            }
        };
        return new Listener(
                vertx,
                urls.direct().connectOptions(),
                instance,
                new Wake(waiters, engine::endHinted, hint, pausesChanged));
    }

    void start(
            @Observes StartupEvent started,
            Vertx vertx,
            Waiters waiters,
            Listener listener,
            Engine engine,
            ZartMetrics metrics) {
        metrics.concurrentTasks(engine::active);
        metrics.waitedFor(waiters::waitedFor);
        metrics.listenerUp(listener::isUp);
        listener.start();
        safetyTimer.set(waiters.keepSafe(listener::isUp));
    }

    /** The service is about to close its listener for requests: what is parked is answered while that still can be. */
    void drain(@Observes Draining event, Waiters waiters) {
        waiters.drain();
    }

    void stop(@Observes @Priority(1) ShutdownEvent event, Vertx vertx, Waiters waiters, Listener listener) {
        waiters.drain();
        vertx.cancelTimer(safetyTimer.get());
        listener.close();
    }

    private record Wake(Waiters waiters, Consumer<List<String>> endHint, WorkHint workHint, Runnable pauses)
            implements Hints {
        @Override
        public void ended(List<String> ids) {
            waiters.wake(ids);
            endHint.accept(ids);
        }

        @Override
        public void changed(List<String> ids) {
            waiters.changed(ids);
        }

        @Override
        public void work(List<String> taskNames) {
            taskNames.forEach(workHint::workDue);
        }

        @Override
        public void pausesChanged() {
            pauses.run();
        }

        @Override
        public void up() {
            waiters.wakeAll();
            pausesChanged();
        }
    }
}
