package io.zart.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ServedTasks;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the service counts and measures, under its public names. Safe for use by any thread; never blocks. */
@Singleton
public class ZartMetrics {

    private static final int MOST_NAMES = 200;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
    };

    private final MeterRegistry registry;
    private final ServedTasks served;
    private final Labels taskNames = new Labels(MOST_NAMES);
    private final Labels stepNames = new Labels(MOST_NAMES);
    private final Counter heartbeats;
    private final AtomicReference<Supplier<? extends Number>> concurrentTasks = new AtomicReference<>(() -> 0);
    private final AtomicReference<Supplier<? extends Number>> queueDepth = new AtomicReference<>(() -> 0);
    private final AtomicReference<Supplier<? extends Number>> unservedTasks = new AtomicReference<>(() -> 0);
    private final AtomicReference<Supplier<? extends Number>> waitedFor = new AtomicReference<>(() -> 0);
    private final AtomicReference<Supplier<? extends Number>> listenerUp = new AtomicReference<>(() -> 0);

    ZartMetrics(MeterRegistry registry, ServedTasks served) {
        this.registry = registry;
        this.served = served;
        this.heartbeats = Counter.builder("zart.task.heartbeat.renewals")
                .description("Leases that were extended")
                .register(registry);
        for (String status : new String[] {"delivered", "buffered", "duplicate"}) {
            events(status);
        }
        gauge("zart.worker.concurrent.tasks", concurrentTasks, "Tasks in work on this instance");
        gauge("zart.queue.depth", queueDepth, "Tasks that are due and not in work");
        gauge("zart.tasks.unserved", unservedTasks, "Tasks that are due and whose task name nobody serves");
        gauge("zart.waited.for", waitedFor, "Executions that somebody waits for on this instance");
        gauge("zart.listener.up", listenerUp, "Whether notifications of other instances arrive, 1 or 0");
    }

    private void gauge(String name, AtomicReference<Supplier<? extends Number>> source, String description) {
        Gauge.builder(name, source, supplier -> supplier.get().get().doubleValue())
                .description(description)
                .register(registry);
    }

    /** The run of an execution has ended. */
    public void ended(Execution execution) {
        boolean measured = execution.startedAt() != null && execution.completedAt() != null;
        executionEnded(
                execution.status().wire(),
                execution.taskName(),
                measured ? Duration.between(execution.startedAt(), execution.completedAt()) : null);
    }

    /**
     * The run of an execution has ended.
     *
     * @param status the final status, as on the wire
     * @param duration from its first pick-up to its end, null if it was never picked up
     */
    public void executionEnded(String status, String taskName, Duration duration) {
        // Clients choose task names freely; those that somebody serves are few.
        String name = served.isServed(taskName) ? taskNames.of(taskName) : Labels.OTHER;
        Counter.builder("zart.executions")
                .description("Runs that have ended")
                .tag("status", status)
                .tag("task_name", name)
                .register(registry)
                .increment();
        if (duration != null) {
            record("zart.task.duration", "From the first pick-up of a run to its end", "task_name", name, duration);
        }
    }

    /**
     * An attempt of a step has ended.
     *
     * @param status what became of it, such as {@code completed} or {@code failed}
     */
    public void stepEnded(String status, String stepName, Duration duration) {
        String name = stepNames.of(stepName);
        Counter.builder("zart.steps")
                .description("Step attempts that have ended")
                .tag("status", status)
                .tag("step_name", name)
                .register(registry)
                .increment();
        record("zart.step.duration", "Length of a step attempt", "step_name", name, duration);
    }

    /**
     * An event was taken in.
     *
     * @param status {@code delivered}, {@code buffered} or {@code duplicate}
     */
    public void eventDelivered(String status) {
        events(status).increment();
    }

    /** So many leases were extended. */
    public void heartbeatRenewals(int count) {
        heartbeats.increment(count);
    }

    /** Where the number of tasks in work comes from; must not block. */
    public void concurrentTasks(Supplier<? extends Number> source) {
        concurrentTasks.set(source);
    }

    /** Where the number of due tasks comes from; must not block. */
    public void queueDepth(Supplier<? extends Number> source) {
        queueDepth.set(source);
    }

    /** Where the number of due tasks that nobody serves comes from; must not block. */
    public void unservedTasks(Supplier<? extends Number> source) {
        unservedTasks.set(source);
    }

    /** Where the number of executions that somebody waits for comes from; must not block. */
    public void waitedFor(Supplier<? extends Number> source) {
        waitedFor.set(source);
    }

    /** Where it comes from whether the listener is up; must not block. */
    public void listenerUp(BooleanSupplier source) {
        listenerUp.set(() -> source.getAsBoolean() ? 1 : 0);
    }

    private Counter events(String status) {
        return Counter.builder("zart.events.delivered")
                .description("Events taken in")
                .tag("status", status)
                .register(registry);
    }

    private void record(String meter, String description, String label, String name, Duration duration) {
        Timer.builder(meter)
                .description(description)
                .tag(label, name)
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(duration);
    }
}
