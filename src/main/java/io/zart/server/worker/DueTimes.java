package io.zart.server.worker;

import io.zart.server.engine.Mailbox;
import io.zart.server.engine.Timers;
import io.zart.server.worker.WorkerStore.Due;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Looks once a second, with one statement for all parked claims, for what is due by itself or was not told of, and exactly when what
 * falls due within that second does. Confined to the mailbox.
 */
final class DueTimes {

    static final long SAFETY_LOOK_MILLIS = 1_000;

    /** Due times that lie closer together than this are served by one claim. */
    private static final long GRAIN_MILLIS = 5;

    private final TaskExchange.TaskSource source;
    private final Timers timers;
    private final Mailbox mailbox;
    private final ClaimGroups groups;
    private final Consumer<String> lookFor;
    private final Set<String> timed = new HashSet<>();
    private boolean watching;
    private boolean stopped;

    /** @param lookFor makes the claims for that name look */
    DueTimes(
            TaskExchange.TaskSource source,
            Timers timers,
            Mailbox mailbox,
            ClaimGroups groups,
            Consumer<String> lookFor) {
        this.source = source;
        this.timers = timers;
        this.mailbox = mailbox;
        this.groups = groups;
        this.lookFor = lookFor;
    }

    /** Looks as long as claims are parked. */
    void watch() {
        if (!watching) {
            watching = true;
            next();
        }
    }

    void stop() {
        stopped = true;
    }

    private void next() {
        timers.after(SAFETY_LOOK_MILLIS, () -> mailbox.execute(this::look));
    }

    private void look() {
        if (groups.none() || stopped) {
            watching = false;
            return;
        }
        next();
        ask(groups.names());
    }

    private void ask(Collection<String> names) {
        source.due(new TreeSet<>(names))
                .subscribe()
                .with(due -> mailbox.execute(() -> due.forEach(this::due)), failure -> {});
    }

    private void due(Due due) {
        String name = due.taskName();
        if (due.millis() <= 0) {
            lookFor.accept(name);
        } else if (timed.add(name)) {
            timers.after(
                    Math.max(GRAIN_MILLIS, due.millis()),
                    () -> mailbox.execute(() -> {
                        timed.remove(name);
                        if (groups.serves(name)) {
                            lookFor.accept(name);
                            ask(Set.of(name));
                        }
                    }));
        }
    }
}
