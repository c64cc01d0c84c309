package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Dispatch;
import io.zart.server.execution.Execution;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Claims due tasks and runs their handlers, at most so many at once. Timers and the answers of claims say when to look again;
 * a slow safety look covers hints that were lost. Thread-safe, never blocks.
 */
public final class Engine implements Dispatch {

    private static final long SAFETY_LOOK_MILLIS = 1_000;

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
    private final Limits limits;
    private final Room room;
    private final int concurrency;
    private final HeldActivations held;
    private final Claiming claiming;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean running;

    /**
     * @param holder a name that no other instance has
     * @param concurrency activations at once, 0 for none
     * @param announcement tells other instances that work of a task name is due
     * @param poisonActivations activations without recorded progress after which a run fails
     * @param pauses what must not begin now
     * @param limits what one run may hold
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
            PauseGate pauses,
            Limits limits) {
        this.holder = holder;
        this.journal = journal;
        this.timers = timers;
        this.codec = codec;
        this.listener = new FollowUps(listener, this::workDue);
        this.handlers = Map.copyOf(handlers);
        this.concurrency = concurrency;
        this.room = new Room(concurrency);
        this.lease = lease;
        this.held = new HeldActivations(journal, timers, this.listener, lease);
        this.announcement = announcement;
        this.pauses = pauses;
        this.limits = limits;
        this.poison = new Poison(journal, codec, this.listener, poisonActivations);
        this.claiming = new Claiming(
                timers,
                room,
                SAFETY_LOOK_MILLIS,
                () -> running && !this.handlers.isEmpty(),
                limit -> journal.claim(holder, this.handlers.keySet(), limit, lease),
                this::claimed,
                this::drainedIfIdle);
    }

    /** Begins to claim. */
    public void start() {
        running = true;
        claiming.begin();
        held.keepAlive(() -> running);
        new DeadlineWatch(journal, timers, SAFETY_LOOK_MILLIS, () -> running, this::ended).look();
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
        held.forEach(Activation::drain);
        drainedIfIdle();
    }

    /** Completes once {@link #drain} was called, no claim is under way and no activation is left; never fails. */
    public Uni<Void> whenDrained() {
        return Uni.createFrom().completionStage(drained::copy);
    }

    private void drainedIfIdle() {
        if (!running && !claiming.underWay() && held.size() == 0) {
            drained.complete(null);
        }
    }

    /** Activations under way. */
    public int active() {
        return held.size();
    }

    /** Hands the leases of all activations back, so that other instances go on at once. */
    public Uni<Void> handOver() {
        return held.handOver(announcement::announceWork);
    }

    @Override
    public Slot reserve(String executionId, String taskName) {
        RegisteredHandler handler = handlers.get(taskName);
        if (!running || handler == null || pauses.body(executionId, taskName) != null || !claiming.takeForStart()) {
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
            room.giveBack(1);
        }
    }

    private void activate(ClaimedTask task) {
        RegisteredHandler handler = handlers.get(task.execution().taskName());
        Activation[] self = new Activation[1];
        Activation activation = new Activation(task, journal, timers, codec, listener, pauses, limits, wakeMillis -> {
            held.remove(self[0]);
            listener.activationEnded(task.lease());
            room.giveBack(1);
            drainedIfIdle();
            claiming.roomAgain(wakeMillis);
        });
        self[0] = activation;
        held.add(activation);
        listener.activationBegan(task);
        if (!running) {
            activation.drain();
        }
        activation.start(handler, deadline(task, handler));
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
            timers.after(inMillis, claiming::look);
        }
        if (inMillis == 0) {
            announcement.announceWork(taskName);
        }
    }

    /** Another instance says that work of that name is due. */
    public void workHinted(String taskName) {
        if (handlers.containsKey(taskName)) {
            claiming.look();
        }
    }

    @Override
    public void replaced(String executionId) {
        // The new run may be held here already, so the store is asked whose lease is gone.
        endHinted(List.of(executionId));
    }

    @Override
    public void ended(Execution execution) {
        held.ended(execution);
        listener.runEnded(execution);
    }

    /** Another instance says that runs of these executions have ended: those that are held here are asked after at once. */
    public void endHinted(Collection<String> executionIds) {
        held.askAfter(executionIds);
    }

    /** Another state of the pause rules is known: what is under way looks again at what they hold. */
    public void pausesChanged() {
        held.forEach(Activation::pausesChanged);
    }

    private void claimed(ClaimedTask task) {
        listener.runChanged(task.lease().executionId());
        if (poison.isIn(task)) {
            poison.end(task);
            room.giveBack(1);
        } else {
            activate(task);
        }
    }
}
