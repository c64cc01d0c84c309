package io.zart.server.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.zart.server.config.Draining;
import io.zart.server.config.Migrations;
import io.zart.server.config.ZartConfig;
import io.zart.server.engine.Codec;
import io.zart.server.engine.EngineListener;
import io.zart.server.engine.FollowUps;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Limits;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.Poison;
import io.zart.server.engine.Timers;
import io.zart.server.engine.VertxTimers;
import io.zart.server.execution.Dispatch;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStore;
import io.zart.server.execution.ServedTasks;
import io.zart.server.execution.WaitingWorkers;
import io.zart.server.notify.Announcer;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Wires the protocol of remote workers. */
@Singleton
public class WorkerBeans {

    @Produces
    @Singleton
    RemoteWorkers workers(
            WorkerStore store,
            Journal journal,
            ExecutionStore executions,
            EngineListener news,
            Dispatch dispatch,
            Announcer announcer,
            Vertx vertx,
            ObjectMapper mapper,
            ZartConfig config,
            PauseGate pauses,
            Presence presence) {
        Codec codec = new Codec(mapper);
        Timers timers = new VertxTimers(vertx);
        EngineListener listener = new FollowUps(news, dispatch::workDue);
        Settling settling = new Settling(codec);
        HeldTasks held = new HeldTasks();
        Poison poison = new Poison(journal, codec, listener, config.poisonActivations());
        TaskClaims claims = new TaskClaims(store, journal, listener, poison, pauses, settling, held);
        TaskExchange exchange = new TaskExchange(claims, timers);
        BiConsumer<Lease, Long> onPark = (lease, wakeMillis) -> {
            Execution parked = held.get(lease);
            if (parked != null && wakeMillis != null) {
                exchange.dueIn(parked.taskName(), wakeMillis);
            }
        };
        TaskParking parking = new TaskParking(store, journal, listener, settling, pauses, onPark);
        TaskCommands commands = new TaskCommands(store, journal, executions, listener, parking, held, codec, pauses);
        WorkerRoll roll = new WorkerRoll(UUID.randomUUID().toString(), presence, store, timers);
        announcer.tellHere(exchange::hinted);
        CommandReader reader = new CommandReader(
                new Codec(mapper, config.limits().resultSize().bytes()),
                new Limits(config.limits().steps(), config.limits().branches()),
                config.lease(),
                Clock.systemUTC());
        return new RemoteWorkers(exchange, commands, reader, presence, roll, pauses, config.lease());
    }

    @Produces
    @Singleton
    WaitingWorkers waiting(RemoteWorkers workers) {
        WaitingWorkers waiting = workers.waiting();
        return (executionId, taskName) -> {
            Context asking = Vertx.currentContext();
            // Another request may bring the answer; what follows it must not run as if it were that one's.
            return waiting.reserve(executionId, taskName).emitOn(task -> {
                if (asking == null || asking.equals(Vertx.currentContext())) {
                    task.run();
                } else {
                    asking.runOnContext(back -> task.run());
                }
            });
        };
    }

    @Produces
    @Singleton
    Presence presence() {
        return new Presence();
    }

    /** The service is about to close its listener for requests: what is parked is answered while that still can be. */
    void drain(@Observes Draining event, RemoteWorkers workers) {
        workers.drain();
    }

    void start(
            @Observes StartupEvent event,
            RemoteWorkers workers,
            Presence presence,
            ServedTasks served,
            Migrations migrations) {
        served.announce(presence::served);
        migrations
                .whenApplied()
                .subscribe()
                .with(applied -> workers.start(), failure -> Log.error("workers are not written down", failure));
    }

    void stop(@Observes @Priority(1) ShutdownEvent event, RemoteWorkers workers) {
        workers.stop();
        workers.drain();
    }
}
