package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Timers;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import io.zart.server.worker.WorkerStore.Due;
import io.zart.server.worker.WorkerStore.Handed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Work that becomes due is shared out fairly among the claims that wait, and wakes no more of them than there is work for. */
class ClaimSharingTest {

    private static final int CROWD = 1_000;

    private final DueTasks source = new DueTasks();
    private final TaskExchange exchange = new TaskExchange(source, new NoTime());
    private final List<UniAssertSubscriber<List<Handed>>> claims = new ArrayList<>();

    /** Tasks that are due, given out in order; counts how often it is asked, and answers when the test says so. */
    private static final class DueTasks implements TaskExchange.TaskSource {

        private final Deque<String> due = new ArrayDeque<>();
        private final List<Integer> asked = new ArrayList<>();
        private Runnable answer = () -> {};
        private boolean slow;

        @Override
        public Uni<TaskExchange.Batch> claim(List<ClaimRequest> slots) {
            asked.add(slots.size());
            return Uni.createFrom().emitter(emitter -> {
                answer = () -> answer(emitter, slots.size());
                if (!slow) {
                    answer.run();
                }
            });
        }

        private void answer(UniEmitter<? super TaskExchange.Batch> emitter, int most) {
            List<Handed> tasks = new ArrayList<>();
            while (tasks.size() < most && !due.isEmpty()) {
                tasks.add(task(due.poll(), tasks.size()));
            }
            emitter.complete(new TaskExchange.Batch(tasks.size(), tasks));
        }

        private static Handed task(String id, int slot) {
            Execution execution = Execution.scheduled(id, "task", JsonText.NULL, Instant.EPOCH, null)
                    .started(Instant.EPOCH, 1);
            ClaimedTask task =
                    new ClaimedTask(new Lease(id, 0, 1), execution, 0, null, 0, 1, List.of(), List.of(), Map.of());
            return new Handed(task, slot, Instant.EPOCH, 0, null);
        }

        @Override
        public boolean mayBegin(String executionId, String taskName) {
            return true;
        }

        @Override
        public Uni<Handed> started(Handed task) {
            return Uni.createFrom().item(task);
        }

        @Override
        public Uni<List<Due>> due(Collection<String> taskNames) {
            return Uni.createFrom().item(List.of());
        }

        @Override
        public void giveBack(List<Handed> tasks) {
            throw new AssertionError("nobody has gone: " + tasks);
        }
    }

    /** Time stands still. */
    private static final class NoTime implements Timers {

        @Override
        public long millis() {
            return 0;
        }

        @Override
        public Handle after(long millis, Runnable task) {
            return () -> {};
        }
    }

    private void park(int workers, int mostOfEach) {
        for (int i = 0; i < workers; i++) {
            ClaimRequest request = new ClaimRequest(
                    "w" + i, List.of("task"), mostOfEach, Duration.ofSeconds(30), Duration.ofSeconds(15));
            claims.add(exchange.claim(request).subscribe().withSubscriber(UniAssertSubscriber.create()));
        }
        // Each looks once as it arrives.
        source.asked.clear();
    }

    private void due(int tasks) {
        IntStream.range(0, tasks).forEach(i -> source.due.add("e" + i));
    }

    private List<Integer> shares() {
        return claims.stream()
                .map(claim -> claim.getItem() == null ? 0 : claim.getItem().size())
                .toList();
    }

    @Test
    void oneTaskWakesOneOfAThousandAndCostsOneClaim() {
        park(CROWD, 10);
        due(1);
        exchange.hinted("task");
        assertThat(shares().stream().filter(share -> share > 0)).containsExactly(1);
        assertThat(source.asked).as("claims in the store").hasSize(1);
    }

    @Test
    void manyHintsOfOneMomentCostTwoClaims() {
        park(CROWD, 1);
        due(7);
        source.slow = true;
        IntStream.range(0, 500).forEach(i -> exchange.hinted("task"));
        assertThat(source.asked).as("while the first is under way").hasSize(1);
        source.slow = false;
        source.answer.run();
        assertThat(shares().stream().filter(share -> share > 0)).hasSize(7);
        assertThat(source.asked).as("one, and one for what came meanwhile").hasSize(2);
    }

    @Test
    void asManyTasksAsWorkersGiveEachOne() {
        park(50, 10);
        due(50);
        exchange.hinted("task");
        assertThat(shares()).containsOnly(1);
    }

    @Test
    void moreTasksAreSharedOutEvenly() {
        park(10, 10);
        due(35);
        exchange.hinted("task");
        assertThat(shares()).containsOnly(3, 4).contains(3, 4);
        assertThat(shares().stream().mapToInt(Integer::intValue).sum()).isEqualTo(35);
        assertThat(source.asked).hasSize(1);
    }

    @Test
    void whoHasWaitedLongestIsServedFirstTimeAfterTime() {
        park(20, 1);
        for (int i = 1; i <= 20; i++) {
            due(1);
            exchange.hinted("task");
            assertThat(shares().subList(0, i)).as("after %d tasks", i).containsOnly(1);
        }
    }

    @Test
    void otherNamesSleepOn() {
        park(CROWD, 1);
        due(1);
        exchange.hinted("another");
        assertThat(source.asked).isEmpty();
        assertThat(shares()).containsOnly(0);
    }
}
