package io.zart.server.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the body waits for without working, and the decision to give the activation up once it does nothing else. Confined to
 * the mailbox of its activation.
 */
final class Parking {

    /** How long a body that is handed over may take from its last step to its end. */
    private static final long DRAIN_GRACE_MILLIS = 50;

    private final Activation activation;
    private final EventBuffer events;
    private final Map<PendingWait, Timers.Handle> pending = new LinkedHashMap<>();
    private int working;
    private boolean considering;

    Parking(Activation activation, EventBuffer events) {
        this.activation = activation;
        this.events = events;
    }

    /** An attempt or a write is under way: no park until it has ended. */
    void workBegins() {
        working++;
    }

    void workEnds() {
        working--;
    }

    EventBuffer events() {
        return events;
    }

    /** Adds a wait; the activation parks once the body does nothing else. */
    void await(PendingWait wait) {
        if (activation.over()) {
            return;
        }
        Timers.Handle timer = wait.wakeAt() == null
                ? () -> {}
                : activation
                        .timers()
                        .after(
                                wait.remaining(now()),
                                () -> activation.execute(() -> {
                                    if (activation.goesOn() && pending.remove(wait) != null) {
                                        wait.onWake().run();
                                    }
                                }));
        pending.put(wait, timer);
        considerLater();
    }

    /** Looks again behind what the body, called in the same turn, has asked for in the meantime. */
    void considerLater() {
        if (!considering) {
            considering = true;
            activation.execute(this::consider);
        }
    }

    /** What waits in the mailbox may be the next step of another chain of the body, which a park would keep waiting, too. */
    private void consider() {
        considering = false;
        if (activation.busy()) {
            considerLater();
        } else {
            parkIfIdle();
        }
    }

    /** Drops the timers of an activation that is over. */
    void close() {
        pending.values().forEach(Timers.Handle::cancel);
        pending.clear();
    }

    private void parkIfIdle() {
        if (!activation.goesOn() || working > 0) {
            return;
        }
        if (pending.isEmpty()) {
            if (activation.draining()) {
                activation.timers().after(DRAIN_GRACE_MILLIS, () -> activation.execute(this::handOverIfIdle));
            }
            return;
        }
        long now = now();
        PendingWait next = pending.keySet().iterator().next();
        for (PendingWait wait : pending.keySet()) {
            if (wait.remaining(now) < next.remaining(now)) {
                next = wait;
            }
        }
        if (activation.draining() || next.remaining(now) > activation.timers().patienceMillis()) {
            park(next, now);
        }
    }

    private void handOverIfIdle() {
        if (activation.goesOn() && working == 0 && pending.isEmpty()) {
            activation.writes().release();
        }
    }

    private void park(PendingWait next, long now) {
        List<String> names = pending.keySet().stream()
                .map(PendingWait::event)
                .filter(Objects::nonNull)
                .toList();
        List<Park.OpenStep> rows = pending.keySet().stream()
                .map(PendingWait::open)
                .filter(Objects::nonNull)
                .toList();
        // What was refused while draining is due at once, for another instance.
        Long wake = activation.calls().refused()
                ? Long.valueOf(0)
                : earlier(remaining(next, now), activation.untilDeadline());
        List<PendingWait> paused = paused();
        PendingWait shown = paused.isEmpty() ? next : paused.get(0);
        Park park = new Park(
                activation.lease(),
                wake,
                names.isEmpty() ? null : events.count(),
                shown.kind(),
                shown.name(),
                remaining(shown, now),
                names,
                rows,
                paused.isEmpty() ? null : held(paused));
        activation.writes().park(park, this::eventsChanged);
    }

    private static Long remaining(PendingWait wait, long now) {
        return wait.wakeAt() == null ? null : Long.valueOf(wait.remaining(now));
    }

    private Park.Held held(List<PendingWait> paused) {
        Pausing pausing = activation.pausing();
        return new Park.Held(
                paused.stream().map(PendingWait::name).distinct().toList(), pausing.version(), pausing.bodyHeld());
    }

    private List<PendingWait> paused() {
        return pending.keySet().stream()
                .filter(wait -> wait.kind().equals(Pausing.KIND))
                .toList();
    }

    /** The pause rules have changed: what they hold looks again. */
    void pausesChanged() {
        if (!activation.goesOn()) {
            // A park on its way is refused, or found by whoever changed the rules.
            return;
        }
        activation.pausing().lookAgain();
        paused().forEach(wait -> {
            leave(wait);
            wait.onChange().run();
        });
    }

    private static Long earlier(Long one, Long other) {
        return one == null ? other : other == null ? one : Long.valueOf(Math.min(one, other));
    }

    /** The park was refused, because an event came or the pause rules changed: the waits take what is there, and it is considered anew. */
    private void eventsChanged(Journal.Events now) {
        events.replace(now);
        activation.pausing().lookAgain();
        for (PendingWait wait : List.copyOf(pending.keySet())) {
            if (wait.onChange() != null) {
                leave(wait);
                wait.onChange().run();
                continue;
            }
            BufferedEvent arrived = wait.event() == null ? null : events.take(wait.event(), null);
            if (arrived != null) {
                leave(wait);
                wait.onEvent().accept(arrived);
            }
        }
        for (PendingWait wait : List.copyOf(pending.keySet())) {
            if (wait.remaining(now()) <= 0) {
                leave(wait);
                wait.onWake().run();
            }
        }
        parkIfIdle();
    }

    private void leave(PendingWait wait) {
        pending.remove(wait).cancel();
    }

    private long now() {
        return activation.timers().millis();
    }
}
