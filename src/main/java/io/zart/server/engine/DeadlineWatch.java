package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.zart.server.execution.Execution;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Fails the runs whose deadline has passed, at that moment, whoever holds them or nobody. */
final class DeadlineWatch {

    private final Journal journal;
    private final Timers timers;
    private final long longestPauseMillis;
    private final BooleanSupplier running;
    private final Consumer<Execution> ended;

    /**
     * A watch.
     *
     * @param longestPauseMillis between two looks; the answer to a look says when the next deadline is due
     * @param running looks no more once it is false
     */
    DeadlineWatch(
            Journal journal,
            Timers timers,
            long longestPauseMillis,
            BooleanSupplier running,
            Consumer<Execution> ended) {
        this.journal = journal;
        this.timers = timers;
        this.longestPauseMillis = longestPauseMillis;
        this.running = running;
        this.ended = ended;
    }

    void look() {
        if (running.getAsBoolean()) {
            journal.expireDeadlines().subscribe().with(this::looked, failure -> {
                Log.warnf("deadlines not read: %s", failure.getMessage());
                timers.after(longestPauseMillis, this::look);
            });
        }
    }

    private void looked(Journal.Expired expired) {
        expired.executions().forEach(ended);
        Long next = expired.nextMillis();
        timers.after(next == null ? longestPauseMillis : Math.min(Math.max(1, next), longestPauseMillis), this::look);
    }
}
