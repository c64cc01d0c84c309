package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Dispatch;
import io.zart.server.execution.Execution;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Claims due tasks and runs their handlers, at most so many at once. Timers and the answers of claims say when to look again;
 * a slow safety look covers hints that were lost. Thread-safe, never blocks.
 */
public final class Engine implements Dispatch {

    private static final long SAFETY_LOOK_MILLIS = 1_000;
    private static final int CLAIM_LIMIT = 100;

    private final String holder;
    private final Journal journal;
    private final Timers timers;
    private final Codec codec;
    private final EngineListener listener;
    private final Map<String, RegisteredHandler> handlers;
    private final Duration lease;
    private final WorkAnnouncement announcement;
    private final Poison poison;
    private final PauseGate pauses;
    private final AtomicInteger room;
    private final int concurrency;
    private final Map<String, Activation> held = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean lookAgain = new AtomicBoolean();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean running;

    /**
     * @param holder a name that no other instance has
     * @param concurrency activations at once, 0 for none
     * @param announcement tells other instances that work of a task name is due
     * @param poisonActivations activations without recorded progress after which a run fails
     * @param pauses what must not begin now
     */
    public Engine(
            String holder,
            Journal journal,
            Timers timers,
            Codec codec,
            EngineListener listener,
            Map<String, RegisteredHandler> handlers,
            int concurrency,
            Duration lease,
            WorkAnnouncement announcement,
            int poisonActivations,
            PauseGate pauses) {
        this.holder = holder;
        this.journal = journal;
        this.timers = timers;
        this.codec = codec;
        this.listener = new FollowUps(listener, this::workDue);
        this.handlers = Map.copyOf(handlers);
        this.concurrency = concurrency;
        this.room = new AtomicInteger(concurrency);
        this.lease = lease;
        this.announcement = announcement;
        this.pauses = pauses;
        this.poison = new Poison(journal, codec, this.listener, poisonActivations);
    }

    /** Begins to claim. */
    public void start() {
        running = true;
        safetyLook();
        heartbeat();
        expireDeadlines();
    }

    /** Claims nothing more; what runs goes on until {@link #handOver}. */
    public void stop() {
        running = false;
    }

    /** The task names that this instance works on at present. */
    public Set<String> served() {
        return running && concurrency > 0 ? handlers.keySet() : Set.of();
    }

    /** Claims nothing more, and lets every activation end its steps under way, record them and hand its lease over. */
    public void drain() {
        running = false;
        held.values().forEach(Activation::drain);
        drainedIfIdle();
    }

    /** Completes once {@link #drain} was called and no activation is left; never fails. */
    public Uni<Void> whenDrained() {
        return Uni.createFrom().completionStage(drained::copy);
    }

    private void drainedIfIdle() {
        if (!running && held.isEmpty()) {
            drained.complete(null);
        }
    }

    /** Activations under way. */
    public int active() {
        return held.size();
    }

    /** Hands the leases of all activations back, so that other instances go on at once. */
    public Uni<Void> handOver() {
        List<Activation> activations = List.copyOf(held.values());
        activations.forEach(Activation::lost);
        return activations.isEmpty()
                ? Uni.createFrom().voidItem()
                : journal.release(activations.stream().map(Activation::lease).toList())
                        .invoke(() -> activations.stream()
                                .map(activation -> activation.execution().taskName())
                                .distinct()
                                .forEach(announcement::announceWork));
    }

    @Override
    public Slot reserve(String executionId, String taskName) {
        RegisteredHandler handler = handlers.get(taskName);
        if (!running || handler == null || pauses.body(executionId, taskName) != null || !takeRoom()) {
            return null;
        }
        return new EagerSlot();
    }

    private final class EagerSlot implements Slot {

        @Override
        public String holder() {
            return holder;
        }

        @Override
        public Duration lease() {
            return lease;
        }

        @Override
        public void run(Execution inserted, Long timeoutMillis) {
            Lease first = new Lease(inserted.id(), inserted.runIndex(), 1);
            activate(new ClaimedTask(first, inserted, 0, timeoutMillis, 0, 1, List.of(), List.of(), Map.of()));
        }

        @Override
        public void abandon() {
            room.incrementAndGet();
        }
    }

    private boolean takeRoom() {
        if (room.getAndDecrement() > 0) {
            return true;
        }
        room.incrementAndGet();
        return false;
    }

    private void activate(ClaimedTask task) {
        RegisteredHandler handler = handlers.get(task.execution().taskName());
        String id = task.lease().executionId();
        Activation[] self = new Activation[1];
        Activation activation = new Activation(task, journal, timers, codec, listener, pauses, wakeMillis -> {
            held.remove(id, self[0]);
            room.incrementAndGet();
            drainedIfIdle();
            // The safety look finds what wakes later.
            if (wakeMillis != null && wakeMillis < SAFETY_LOOK_MILLIS) {
                timers.after(wakeMillis, this::look);
            }
            if (lookAgain.get()) {
                look();
            }
        });
        self[0] = activation;
        held.put(id, activation);
        activation.start(handler, deadline(task, handler));
        if (!running) {
            activation.drain();
        }
    }

    /** The nearer of the run's own deadline and the handler's; both count from when the run may start. */
    private static Long deadline(ClaimedTask task, RegisteredHandler handler) {
        if (handler.deadlineMillis() == 0) {
            return task.deadlineMillis();
        }
        long own = handler.deadlineMillis() - task.deadlineSpentMillis();
        return task.deadlineMillis() == null ? Long.valueOf(own) : Long.valueOf(Math.min(own, task.deadlineMillis()));
    }

    @Override
    public void workDue(String taskName, long inMillis) {
        if (handlers.containsKey(taskName) && concurrency > 0) {
            timers.after(inMillis, this::look);
        }
        if (inMillis == 0) {
            announcement.announceWork(taskName);
        }
    }

    /** Another instance says that work of that name is due. */
    public void workHinted(String taskName) {
        if (handlers.containsKey(taskName)) {
            look();
        }
    }

    @Override
    public void replaced(String executionId) {
        // The new run may be held here already, so the store is asked whose lease is gone.
        endHinted(List.of(executionId));
    }

    @Override
    public void ended(Execution execution) {
        Activation activation = held.get(execution.id());
        // A later run, begun in the meantime, may be held here already.
        if (activation != null && activation.lease().runIndex() <= execution.runIndex()) {
            activation.lost();
        }
        listener.runEnded(execution);
    }

    /** Another instance says that runs of these executions have ended: those that are held here are asked after at once. */
    public void endHinted(Collection<String> executionIds) {
        renew(executionIds.stream()
                .map(held::get)
                .filter(Objects::nonNull)
                .map(Activation::heartbeat)
                .toList());
    }

    /** Another state of the pause rules is known: what is under way looks again at what they hold. */
    public void pausesChanged() {
        held.values().forEach(Activation::pausesChanged);
    }

    /** Claims, unless a claim is under way, which is then followed by another. */
    private void look() {
        lookAgain.set(true);
        int free = Math.min(room.get(), CLAIM_LIMIT);
        if (!running || free <= 0 || handlers.isEmpty() || !looking.compareAndSet(false, true)) {
            return;
        }
        lookAgain.set(false);
        int limit = reserveUpTo(free);
        journal.claim(holder, handlers.keySet(), limit, lease)
                .subscribe()
                .with(claim -> claimed(claim, limit), failure -> {
                    Log.warnf("no work claimed: %s", failure.getMessage());
                    Log.debug("no work claimed", failure);
                    room.addAndGet(limit);
                    looking.set(false);
                });
    }

    private int reserveUpTo(int wanted) {
        int got = 0;
        while (got < wanted && takeRoom()) {
            got++;
        }
        return got;
    }

    private void claimed(Journal.Claim claim, int limit) {
        room.addAndGet(limit - claim.tasks().size());
        claim.tasks().forEach(task -> {
            listener.runChanged(task.lease().executionId());
            if (poison.isIn(task)) {
                poison.end(task);
                room.incrementAndGet();
            } else {
                activate(task);
            }
        });
        looking.set(false);
        if (claim.tasks().size() == limit && limit > 0 || lookAgain.get()) {
            look();
        } else if (claim.nextDueMillis() != null && claim.nextDueMillis() < SAFETY_LOOK_MILLIS) {
            timers.after(Math.max(1, claim.nextDueMillis()), this::look);
        }
    }

    private void safetyLook() {
        if (running) {
            look();
            timers.after(SAFETY_LOOK_MILLIS, this::safetyLook);
        }
    }

    private void heartbeat() {
        timers.after(lease.toMillis() / 3, () -> {
            renew(held.values().stream().map(Activation::heartbeat).toList());
            if (running || !held.isEmpty()) {
                heartbeat();
            }
        });
    }

    private void renew(List<Heartbeat> beats) {
        List<Lease> leases = beats.stream().map(Heartbeat::lease).toList();
        if (!leases.isEmpty()) {
            journal.renewAll(beats, lease)
                    .subscribe()
                    .with(
                            lost -> renewed(leases, lost),
                            failure -> Log.warnf("leases not renewed: %s", failure.getMessage()));
        }
    }

    private void renewed(List<Lease> leases, Set<String> lost) {
        listener.leasesRenewed(leases.size() - lost.size());
        for (Lease each : leases) {
            Activation activation = held.get(each.executionId());
            if (lost.contains(each.executionId())
                    && activation != null
                    && activation.lease().equals(each)) {
                activation.lost();
            }
        }
    }

    private void expireDeadlines() {
        if (!running) {
            return;
        }
        journal.expireDeadlines()
                .subscribe()
                .with(
                        expired -> {
                            expired.executions().forEach(this::ended);
                            Long next = expired.nextMillis();
                            long wait =
                                    next == null ? SAFETY_LOOK_MILLIS : Math.min(Math.max(1, next), SAFETY_LOOK_MILLIS);
                            timers.after(wait, this::expireDeadlines);
                        },
                        failure -> {
                            Log.warnf("deadlines not read: %s", failure.getMessage());
                            timers.after(SAFETY_LOOK_MILLIS, this::expireDeadlines);
                        });
    }
}
