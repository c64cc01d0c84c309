package io.zart.server.retention;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Timers;
import io.zart.server.execution.ExecutionStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Walks the finished executions, status by status, from the oldest on, and deletes what has reached its age: small steps with pauses,
 * then a rest, then again from the oldest. A failure only ends the walk; the next one begins after the rest. Every instance walks,
 * the store lets one of them at a time. One step at a time; never blocks.
 */
final class Purge {

    private static final Logger LOG = Logger.getLogger(Purge.class);
    private static final long LEAST_REST_MILLIS = 1_000;
    private static final long USUAL_REST_MILLIS = 30_000;

    private final FinishedExecutions executions;
    private final Map<ExecutionStatus, Duration> ages;
    private final Timers timers;
    private final Progress progress;
    private volatile boolean stopped;

    /**
     * @param ages the age at which executions of a status go
     */
    Purge(FinishedExecutions executions, Map<ExecutionStatus, Duration> ages, Timers timers, Progress progress) {
        this.executions = executions;
        this.ages = ages;
        this.timers = timers;
        this.progress = progress;
    }

    /** Begins; without effect when nothing is to go. */
    void start() {
        if (!ages.isEmpty()) {
            walk();
        }
    }

    /** Ends after the step under way. */
    void stop() {
        stopped = true;
    }

    private void walk() {
        new Walk(new ArrayDeque<>(ages.keySet()), timers.millis())
                .step(FinishedExecutions.Position.START, Pace.first());
    }

    /** Short when executions go young. At least as long as the walk was, so that walks which find little cost little. */
    private long restMillis() {
        long youngest =
                ages.values().stream().mapToLong(Duration::toMillis).min().orElse(USUAL_REST_MILLIS);
        return Math.max(LEAST_REST_MILLIS, Math.min(USUAL_REST_MILLIS, youngest / 2));
    }

    private final class Walk {

        private final Deque<ExecutionStatus> left;
        private final long since;

        Walk(Deque<ExecutionStatus> left, long since) {
            this.left = left;
            this.since = since;
        }

        void step(FinishedExecutions.Position after, Pace pace) {
            if (stopped) {
                return;
            }
            ExecutionStatus status = left.peek();
            if (status == null) {
                progress.behind(0);
                rest();
                return;
            }
            long before = timers.millis();
            Uni<FinishedExecutions.Step> step = executions.deleteSome(status, ages.get(status), after, pace.rows());
            step.subscribe().with(done -> done(status, done, pace, timers.millis() - before), failure -> {
                LOG.debug("finished executions could not be deleted", failure);
                rest();
            });
        }

        private void done(ExecutionStatus status, FinishedExecutions.Step step, Pace pace, long millis) {
            if (step.deleted() > 0) {
                progress.deleted(status, step.deleted());
                progress.behind(step.overdueSeconds());
            }
            Pace next = pace.after(millis);
            if (!step.mine()) {
                rest();
            } else if (step.seen() < pace.rows()) {
                left.remove();
                timers.after(next.pauseMillis(), () -> step(FinishedExecutions.Position.START, next));
            } else {
                timers.after(next.pauseMillis(), () -> step(step.last(), next));
            }
        }

        private void rest() {
            if (!stopped) {
                timers.after(Math.max(restMillis(), timers.millis() - since), Purge.this::walk);
            }
        }
    }
}
