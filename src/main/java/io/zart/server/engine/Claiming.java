package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Decides when to claim: one claim at a time, for as many tasks as there is room. Hints, timers and the answers of claims say
 * when to look again; a slow safety look covers hints that were lost. While tasks wait for room, half of the places that become
 * free are theirs: a task that has been queued, or has been woken, is older than whatever starts now. Thread-safe, never blocks.
 */
final class Claiming {

    private static final int MOST_AT_ONCE = 100;

    private final Timers timers;
    private final Room room;
    private final long safetyLookMillis;
    private final BooleanSupplier wanted;
    private final IntFunction<Uni<Journal.Claim>> claim;
    private final Consumer<ClaimedTask> claimed;
    private final Runnable over;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean lookAgain = new AtomicBoolean();
    /** Tasks are due that have found no room, as far as is known. */
    private volatile boolean behind;
    /** How many starts may still go ahead of them: as many as the last claim has taken. */
    private final AtomicInteger ahead = new AtomicInteger();

    /**
     * Claims for one engine.
     *
     * @param wanted whether the engine wants tasks now
     * @param claim claims at the most so many tasks
     * @param claimed takes a claimed task, and the place that is reserved for it
     * @param over called after each claim, when its tasks were taken
     */
    Claiming(
            Timers timers,
            Room room,
            long safetyLookMillis,
            BooleanSupplier wanted,
            IntFunction<Uni<Journal.Claim>> claim,
            Consumer<ClaimedTask> claimed,
            Runnable over) {
        this.timers = timers;
        this.room = room;
        this.safetyLookMillis = safetyLookMillis;
        this.wanted = wanted;
        this.claim = claim;
        this.claimed = claimed;
        this.over = over;
    }

    /** Whether a claim was sent that is not answered yet: its tasks will come. */
    boolean underWay() {
        return looking.get();
    }

    /**
     * A place for a new execution, which then needs no claim; false if there is none, or if the next one is for a task that
     * waits. Starts ask for each place the moment it is free, so that without this rule the claim would find none.
     */
    boolean takeForStart() {
        if ((behind && ahead.get() <= 0) || !room.take()) {
            return false;
        }
        ahead.decrementAndGet();
        return true;
    }

    /** Looks now, and again and again as long as the engine wants tasks. */
    void begin() {
        if (wanted.getAsBoolean()) {
            look();
            timers.after(safetyLookMillis, this::begin);
        }
    }

    /**
     * An activation has ended.
     *
     * @param wakeMillis until the parked task wakes, null if it does not; the safety look finds what wakes late
     */
    void roomAgain(Long wakeMillis) {
        if (wakeMillis != null && wakeMillis < safetyLookMillis) {
            timers.after(wakeMillis, this::look);
        }
        if (lookAgain.get()) {
            look();
        }
    }

    /**
     * Claims, unless a claim is under way, which is then followed by another. No place that becomes free goes unseen: the wish to
     * look is noted before the room is read, and who gives a place back does so before asking for that note.
     */
    void look() {
        lookAgain.set(true);
        int free = room.free();
        if (free <= 0) {
            behind = true;
            return;
        }
        // Half of the room stays for the starts that come meanwhile, which then need no claim.
        int most = Math.min(behind ? free : (free + 1) / 2, MOST_AT_ONCE);
        if (!wanted.getAsBoolean() || !looking.compareAndSet(false, true)) {
            return;
        }
        lookAgain.set(false);
        int limit = room.takeUpTo(most);
        if (limit == 0) {
            // Starts were quicker. What gives a place back from now on looks; what did so before this may not have.
            lookAgain.set(true);
            behind = true;
            looking.set(false);
            over.run();
            if (room.free() > 0) {
                look();
            }
            return;
        }
        claim.apply(limit).subscribe().with(answer -> answered(answer, limit), failure -> {
            Log.warnf("no work claimed: %s", failure.getMessage());
            Log.debug("no work claimed", failure);
            room.giveBack(limit);
            looking.set(false);
            over.run();
        });
    }

    private void answered(Journal.Claim answer, int limit) {
        boolean full = answer.tasks().size() == limit;
        ahead.set(answer.tasks().size());
        behind = full;
        room.giveBack(limit - answer.tasks().size());
        answer.tasks().forEach(claimed);
        looking.set(false);
        over.run();
        if (full || lookAgain.get()) {
            look();
        } else if (answer.nextDueMillis() != null && answer.nextDueMillis() < safetyLookMillis) {
            timers.after(Math.max(1, answer.nextDueMillis()), this::look);
        }
    }
}
