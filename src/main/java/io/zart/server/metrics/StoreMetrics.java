package io.zart.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.zart.server.store.StoreObserver;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** How long the store takes. Safe for use by any thread; never blocks. */
@Singleton
public class StoreMetrics implements StoreObserver {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
    };

    private final MeterRegistry registry;
    private final Timer starts;
    private final Timer claims;
    private final Timer wakeUps;
    private final Counter claimed;
    private final Counter expired;
    private final Map<String, Timer> batches = new ConcurrentHashMap<>();

    StoreMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.starts = timer("zart.start.duration", "From a start to its commit").register(registry);
        this.claims = timer("zart.claim.duration", "Length of a claim").register(registry);
        this.wakeUps = timer("zart.wait.wakeup", "From the end of a run to the wake-up of who waits for it")
                .register(registry);
        this.claimed = Counter.builder("zart.tasks.claimed")
                .description("Tasks that were claimed")
                .register(registry);
        this.expired = Counter.builder("zart.leases.expired")
                .description("Tasks that were claimed after their holder's lease ran out")
                .register(registry);
    }

    @Override
    public void started(long nanos) {
        starts.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void batch(String kind, int rows, long nanos) {
        batches.computeIfAbsent(
                        kind,
                        name -> timer("zart.batch.duration", "Length of a statement for all of the moment")
                                .tag("operation", name)
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void claimed(int tasks, int lapsed, long nanos) {
        claims.record(nanos, TimeUnit.NANOSECONDS);
        claimed.increment(tasks);
        expired.increment(lapsed);
    }

    /** Who waited for a run was woken, so long after its end. */
    public void wokenUp(Duration delay) {
        wakeUps.record(delay.isNegative() ? Duration.ZERO : delay);
    }

    private static Timer.Builder timer(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS);
    }
}
