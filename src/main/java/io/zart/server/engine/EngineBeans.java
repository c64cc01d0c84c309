package io.zart.server.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.arc.All;
import io.quarkus.virtual.threads.VirtualThreads;
import io.vertx.core.Vertx;
import io.zart.server.config.ZartConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.Config;

/** Wires the engine of this instance. */
@Singleton
public class EngineBeans {

    /** The first Java version with virtual threads. */
    private static final int VIRTUAL_THREADS = 21;

    /**
     * Activations at once. Measured with 4,096 clients that start and wait for echo: 2,048 do a fifth more than 512, of whose
     * tasks most have to be claimed, and 4,096 a tenth more than that; but each may hold a payload.
     */
    private static final int WITH_VIRTUAL_THREADS = 2_048;

    private static final int WITH_PLATFORM_THREADS = 512;

    /** The engine; it claims nothing until {@link Engine#start}. */
    @Produces
    @Singleton
    Engine engine(
            Journal journal,
            Vertx vertx,
            ObjectMapper mapper,
            EngineListener listener,
            HandlerRegistry registry,
            @All List<HandlerSource> sources,
            WorkAnnouncement announcement,
            Transactions transactions,
            ZartConfig config,
            PauseGate pauses,
            Marking marking,
            @VirtualThreads ExecutorService virtualThreads) {
        Codec codec = new Codec(mapper, config.limits().resultSize().bytes());
        boolean virtual = Runtime.version().feature() >= VIRTUAL_THREADS;
        Executor blocking = virtual ? virtualThreads : platformThreads();
        Bodies bodies = new Bodies(codec, blocking, transactions, marking);
        List<RegisteredHandler> others = sources.stream()
                .flatMap(source -> source.handlers(bodies).stream())
                .toList();
        return new Engine(
                "instance-" + UUID.randomUUID(),
                journal,
                new VertxTimers(vertx),
                codec,
                listener,
                registry.handlers(bodies, others),
                config.workerConcurrency().orElse(virtual ? WITH_VIRTUAL_THREADS : WITH_PLATFORM_THREADS),
                config.lease(),
                announcement,
                config.poisonActivations(),
                pauses,
                new Limits(config.limits().steps(), config.limits().branches()));
    }

    @Produces
    @Singleton
    Marking marking(Config config) {
        return new VertxMarking(LogFields.shown(config));
    }

    /** Grows with the activations and branches at once, which the engine bounds. */
    private static Executor platformThreads() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "zart-body-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
