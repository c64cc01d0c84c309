package io.zart.server.testkit;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Timers;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/** A journal of one execution in memory, with the rules of the one on PostgreSQL: fencing tokens, parks that an event refuses. */
final class MemoryJournal implements Journal {

    private final Lock lock = new ReentrantLock();
    private final Timers clock;
    private final Instant start;
    private final MemoryRun run;
    private final MemoryChildren children;

    MemoryJournal(Execution execution, Timers clock, Instant start) {
        this.clock = clock;
        this.start = start;
        this.run = new MemoryRun(execution, start);
        this.children = new MemoryChildren(this, start);
    }

    private <T> Uni<T> locked(Supplier<T> operation) {
        return Uni.createFrom().item(() -> look(run -> operation.get()));
    }

    /** Reads or changes the run, alone. */
    <T> T look(Function<MemoryRun, T> operation) {
        lock.lock();
        try {
            return operation.apply(run);
        } finally {
            lock.unlock();
        }
    }

    private boolean live(Lease lease) {
        return !run.execution.status().terminal() && run.epoch == lease.epoch();
    }

    private Verdict write(Lease lease, Runnable change) {
        if (!live(lease)) {
            return Verdict.LEASE_LOST;
        }
        change.run();
        return Verdict.OK;
    }

    @Override
    public Uni<Claim> claim(String holder, Collection<String> taskNames, int limit, Duration lease) {
        return locked(() -> {
            long now = clock.millis();
            boolean due = run.runAt != null
                    && run.runAt <= now
                    && !run.execution.status().terminal()
                    && !run.held;
            if (!due) {
                boolean later = run.runAt != null
                        && !run.held
                        && !run.execution.status().terminal();
                return new Claim(List.of(), later ? Long.valueOf(run.runAt - now) : null);
            }
            run.epoch++;
            run.held = true;
            run.execution = running();
            Lease granted = new Lease(run.execution.id(), 0, run.epoch);
            ClaimedTask task = new ClaimedTask(
                    granted, run.execution, run.eventCount, null, now, 1, run.recorded(now), run.events(), Map.of());
            return new Claim(List.of(task), null);
        });
    }

    private Execution running() {
        Execution e = run.execution;
        return e.started(e.startedAt() == null ? start.plusMillis(clock.millis()) : e.startedAt(), e.version() + 1);
    }

    @Override
    public Uni<Verdict> record(StepOutcome outcome) {
        return locked(() -> write(outcome.lease(), () -> run.record(outcome)));
    }

    @Override
    public Uni<Verdict> recordFailure(FailedAttempt attempt) {
        return locked(() -> write(attempt.lease(), () -> run.recordFailure(attempt, clock.millis())));
    }

    @Override
    public Uni<Verdict> park(Park park) {
        return locked(() -> {
            if (park.eventCount() != null && park.eventCount() != run.eventCount) {
                return Verdict.REFUSED;
            }
            return write(park.lease(), () -> {
                long now = clock.millis();
                run.held = false;
                run.runAt = park.wakeMillis() == null ? null : Long.valueOf(now + park.wakeMillis());
                run.waitEvents = park.waitEvents();
                park.openSteps().forEach(step -> run.open(step, now));
                Instant until = park.waitUntilMillis() == null ? null : start.plusMillis(now + park.waitUntilMillis());
                run.execution = running().waitingFor(new Waiting(park.waitKind(), park.waitName(), until));
            });
        });
    }

    @Override
    public Uni<Events> events(Lease lease) {
        return locked(() -> live(lease) ? new Events(run.eventCount, run.events()) : null);
    }

    @Override
    public Uni<Execution> finish(
            Lease lease, Execution snapshot, ExecutionStatus end, JsonText result, JsonText error) {
        return locked(() -> {
            if (!live(lease)) {
                return null;
            }
            run.held = false;
            run.execution = run.execution.ended(
                    end, result, error, start.plusMillis(clock.millis()), run.execution.version() + 1);
            return run.execution;
        });
    }

    @Override
    public Uni<Set<String>> renew(Collection<Lease> leases, Duration lease) {
        return locked(() -> leases.stream().allMatch(this::live) ? Set.of() : Set.of(run.execution.id()));
    }

    @Override
    public Uni<Void> release(Collection<Lease> leases) {
        return locked(() -> {
            run.held = false;
            run.runAt = clock.millis();
            return null;
        });
    }

    @Override
    public MemoryChildren children() {
        return children;
    }

    @Override
    public Uni<Expired> expireDeadlines() {
        return Uni.createFrom().item(new Expired(List.of(), null));
    }
}
