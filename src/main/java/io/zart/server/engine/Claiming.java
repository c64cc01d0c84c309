package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Decides when to claim: one claim at a time, for as many tasks as there is room. Hints, timers and the answers of claims say
 * when to look again; a slow safety look covers hints that were lost. Thread-safe, never blocks.
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

    /** Claims, unless a claim is under way, which is then followed by another. */
    void look() {
        lookAgain.set(true);
        // Half of the room stays for the starts that come meanwhile, which then need no claim.
        int free = Math.min((room.free() + 1) / 2, MOST_AT_ONCE);
        if (!wanted.getAsBoolean() || free <= 0 || !looking.compareAndSet(false, true)) {
            return;
        }
        lookAgain.set(false);
        int limit = room.takeUpTo(free);
        claim.apply(limit).subscribe().with(answer -> answered(answer, limit), failure -> {
            Log.warnf("no work claimed: %s", failure.getMessage());
            Log.debug("no work claimed", failure);
            room.giveBack(limit);
            looking.set(false);
            over.run();
        });
    }

    private void answered(Journal.Claim answer, int limit) {
        room.giveBack(limit - answer.tasks().size());
        answer.tasks().forEach(claimed);
        looking.set(false);
        over.run();
        if ((answer.tasks().size() == limit && limit > 0) || lookAgain.get()) {
            look();
        } else if (answer.nextDueMillis() != null && answer.nextDueMillis() < safetyLookMillis) {
            timers.after(Math.max(1, answer.nextDueMillis()), this::look);
        }
    }
}
