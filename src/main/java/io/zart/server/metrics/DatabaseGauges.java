package io.zart.server.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;

/** What the service knows of its database, as gauges: the state of tables and queues, and how many rows go together. Thread-safe. */
@Singleton
public class DatabaseGauges {

    private final MeterRegistry registry;
    private final AtomicReference<DoubleSupplier> oldestReady = new AtomicReference<>(() -> 0);
    private final Map<String, Double> values = new ConcurrentHashMap<>();

    DatabaseGauges(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder(
                        "zart.queue.oldest.ready.age.seconds",
                        oldestReady,
                        source -> source.get().getAsDouble())
                .description("How long the oldest claimable task has been due")
                .register(registry);
    }

    /** Where the age of the oldest claimable task comes from, in seconds; must not block. */
    void oldestReady(DoubleSupplier source) {
        oldestReady.set(source);
    }

    /** Shows a value that has no label. */
    void show(String name, String description, double value) {
        show(name, description, "", value);
    }

    /** Shows a value of a table of the service. */
    void show(String name, String description, String table, double value) {
        String key = name + '/' + table;
        if (values.put(key, value) == null) {
            Gauge.Builder<Map<String, Double>> gauge =
                    Gauge.builder(name, values, all -> all.get(key)).description(description);
            (table.isEmpty() ? gauge : gauge.tag("table", table)).register(registry);
        }
    }

    /**
     * Where the sizes of batches go.
     *
     * @param operation what the batch does, one of few words
     * @return takes the number of rows of each statement
     */
    public IntConsumer batches(String operation) {
        DistributionSummary summary = DistributionSummary.builder("zart.batch.rows")
                .description("Operations that went to the database in one statement")
                .tag("operation", operation)
                .register(registry);
        return summary::record;
    }
}
