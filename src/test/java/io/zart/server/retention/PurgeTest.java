package io.zart.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Timers;
import io.zart.server.execution.ExecutionStatus;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class PurgeTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private static final OffsetDateTime LONG_AGO = OffsetDateTime.parse("2020-01-01T00:00:00Z");

    private final ManualTimers timers = new ManualTimers();
    private final List<String> steps = new ArrayList<>();
    private final List<Integer> deleted = new ArrayList<>();
    private final List<Double> behind = new ArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void deleted(ExecutionStatus status, int count) {
            deleted.add(count);
        }

        @Override
        public void behind(double seconds) {
            behind.add(seconds);
        }
    };

    /** Moves when told to. */
    private static final class ManualTimers implements Timers {
        private record Call(long at, Runnable action) {}

        private final PriorityQueue<Call> calls = new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
        private long now;

        @Override
        public Handle after(long millis, Runnable action) {
            Call call = new Call(now + millis, action);
            calls.add(call);
            return () -> calls.remove(call);
        }

        @Override
        public long millis() {
            return now;
        }

        long next() {
            Call call = calls.remove();
            long waited = call.at() - now;
            now = call.at();
            call.action().run();
            return waited;
        }
    }

    /** So many rows of each status, all old enough; each step takes so long. */
    private FinishedExecutions executions(int rows, long millis, boolean mine) {
        int[] left = {rows};
        return (status, age, after, most) -> {
            timers.now += millis;
            int seen = Math.min(left[0], most);
            left[0] -= seen;
            steps.add(status.wire() + " " + after.id() + " " + most);
            return Uni.createFrom()
                    .item(new FinishedExecutions.Step(
                            mine,
                            seen,
                            seen,
                            seen == 0 ? null : new FinishedExecutions.Position(LONG_AGO, "e" + seen),
                            seen));
        };
    }

    private Purge purge(FinishedExecutions executions) {
        return new Purge(executions, Map.of(ExecutionStatus.COMPLETED, MONTH), timers, progress);
    }

    @Test
    void stepsFollowOneAnotherWithPausesUntilNothingIsLeft() {
        purge(executions(250, 30, true)).start();
        assertThat(timers.next()).isEqualTo(90);
        assertThat(timers.next()).isEqualTo(90);
        assertThat(steps).containsExactly("completed  100", "completed e100 100", "completed e100 100");
        assertThat(deleted).containsExactly(100, 100, 50);
        timers.next();
        assertThat(behind).containsExactly(100.0, 100.0, 50.0, 0.0);
    }

    @Test
    void itRestsAndBeginsAgainFromTheOldest() {
        purge(executions(0, 1, true)).start();
        timers.next();
        assertThat(timers.next()).isGreaterThanOrEqualTo(30_000);
        assertThat(steps).containsExactly("completed  100", "completed  100");
    }

    @Test
    void itRestsWhenAnotherInstanceIsAtIt() {
        purge(executions(1000, 1, false)).start();
        assertThat(timers.next()).isGreaterThanOrEqualTo(30_000);
    }

    @Test
    void aFailureEndsTheWalkAndNotTheRetention() {
        purge((status, age, after, most) -> Uni.createFrom().failure(new IllegalStateException("away")))
                .start();
        assertThat(timers.next()).isGreaterThanOrEqualTo(30_000);
        assertThat(timers.calls).hasSize(1);
    }

    @Test
    void longStepsBecomeSmallerAndShortOnesLarger() {
        Pace pace = Pace.first();
        assertThat(pace.after(5).rows()).isEqualTo(200);
        assertThat(pace.after(1_000).rows()).isEqualTo(50);
        for (int i = 0; i < 10; i++) {
            pace = pace.after(1_000);
        }
        assertThat(pace.rows()).isEqualTo(Pace.LEAST_ROWS);
        assertThat(pace.pauseMillis()).isEqualTo(3_000);
    }

    @Test
    void nothingHappensWhenEverythingIsKept() {
        new Purge(executions(1, 1, true), Map.of(), timers, progress).start();
        assertThat(steps).isEmpty();
    }
}
