package io.zart.server.worker;

import io.quarkus.logging.Log;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.execution.Dispatch;
import io.zart.server.execution.Execution;
import io.zart.server.worker.WorkerStore.Handed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A place for a new execution in the answer to a claim that waits. */
final class StartSlot implements Dispatch.Slot {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ClaimRequest claim;
    private final TaskExchange.TaskSource source;
    private final Consumer<Handed> onTask;
    private final long leaseEndsNanos;

    /** @param onTask gets the task, or null when there is none; is called once */
    StartSlot(ClaimRequest claim, TaskExchange.TaskSource source, Consumer<Handed> onTask) {
        this.claim = claim;
        this.source = source;
        this.onTask = onTask;
        this.leaseEndsNanos = System.nanoTime() + claim.lease().toMillis() * NANOS_PER_MILLI;
    }

    @Override
    public String holder() {
        return claim.holder();
    }

    @Override
    public Duration lease() {
        return claim.lease();
    }

    @Override
    public void run(Execution inserted, Long timeoutMillis) {
        source.started(handed(inserted, timeoutMillis)).subscribe().with(onTask, failure -> {
            Log.debugf(failure, "a new task was not handed over: its lease runs out by itself (%s)", inserted.id());
            onTask.accept(null);
        });
    }

    private Handed handed(Execution inserted, Long timeoutMillis) {
        Lease first = new Lease(inserted.id(), inserted.runIndex(), 1);
        ClaimedTask task = new ClaimedTask(first, inserted, 0, timeoutMillis, 0, 1, List.of(), List.of(), Map.of());
        Instant deadline = timeoutMillis == null ? null : inserted.scheduledAt().plusMillis(timeoutMillis);
        return new Handed(task, 0, inserted.startedAt().plus(claim.lease()), leaseEndsNanos, deadline);
    }

    @Override
    public void abandon() {
        onTask.accept(null);
    }
}
