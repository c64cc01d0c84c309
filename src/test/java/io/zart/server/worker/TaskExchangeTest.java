package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.zart.server.engine.Timers;
import io.zart.server.execution.Dispatch;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import io.zart.server.worker.WorkerStore.Due;
import io.zart.server.worker.WorkerStore.Handed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** New executions go straight to the claims that wait for them. */
class TaskExchangeTest {

    private final Source source = new Source();
    private final ManualTimers timers = new ManualTimers();
    private final TaskExchange exchange = new TaskExchange(source, timers);

    /** Has nothing that is due, and notes what is given back. */
    private static final class Source implements TaskExchange.TaskSource {

        private final List<String> givenBack = new ArrayList<>();
        private int claims;
        private boolean held;

        @Override
        public Uni<TaskExchange.Batch> claim(List<ClaimRequest> slots) {
            claims++;
            return Uni.createFrom().item(new TaskExchange.Batch(0, List.of()));
        }

        @Override
        public boolean mayBegin(String executionId, String taskName) {
            return true;
        }

        @Override
        public Uni<Handed> started(Handed task) {
            return Uni.createFrom().item(held ? null : task);
        }

        @Override
        public Uni<List<Due>> due(Collection<String> taskNames) {
            return Uni.createFrom().item(List.of());
        }

        @Override
        public void giveBack(List<Handed> tasks) {
            tasks.forEach(task -> givenBack.add(task.task().lease().executionId()));
        }
    }

    /** Time passes when a test says so. */
    private static final class ManualTimers implements Timers {

        private final List<Runnable> due = new ArrayList<>();

        @Override
        public long millis() {
            return 0;
        }

        @Override
        public Handle after(long millis, Runnable task) {
            due.add(task);
            return () -> due.remove(task);
        }

        void allPass() {
            List.copyOf(due).forEach(task -> {
                due.remove(task);
                task.run();
            });
        }
    }

    private UniAssertSubscriber<List<Handed>> claim(String worker, int most) {
        ClaimRequest request =
                new ClaimRequest(worker, List.of("task"), most, Duration.ofSeconds(30), Duration.ofSeconds(15));
        return exchange.claim(request).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private Dispatch.Slot reserve(String id) {
        return exchange.reserve(id, "task").await().atMost(Duration.ofSeconds(10));
    }

    private static void run(Dispatch.Slot slot, String id) {
        Execution inserted = Execution.scheduled(id, "task", JsonText.NULL, Instant.EPOCH, null)
                .started(Instant.EPOCH, 1);
        slot.run(inserted, null);
    }

    private static List<String> ids(UniAssertSubscriber<List<Handed>> claim) {
        return claim.awaitItem().getItem().stream()
                .map(task -> task.task().lease().executionId())
                .toList();
    }

    @Test
    void aStartIsHandedToTheClaimThatWaits() {
        UniAssertSubscriber<List<Handed>> claim = claim("w", 1);
        Dispatch.Slot slot = reserve("a");
        assertThat(slot.holder()).isEqualTo("worker:w");
        assertThat(reserve("b")).as("the claim wants one task").isNull();
        run(slot, "a");
        assertThat(ids(claim)).containsExactly("a");
        assertThat(source.claims)
                .as("claims in the store: the one of its arrival")
                .isOne();
        assertThat(source.givenBack).isEmpty();
    }

    @Test
    void nobodyWaitsForAnotherName() {
        claim("w", 1);
        assertThat(exchange.reserve("a", "other").await().indefinitely()).isNull();
    }

    @Test
    void startsOfOneMomentAreSharedOutInTurn() {
        UniAssertSubscriber<List<Handed>> first = claim("w1", 10);
        UniAssertSubscriber<List<Handed>> second = claim("w2", 10);
        List<Dispatch.Slot> slots = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            slots.add(reserve("e" + i));
        }
        for (int i = 0; i < 4; i++) {
            run(slots.get(i), "e" + i);
        }
        assertThat(ids(first)).containsExactly("e0", "e2");
        assertThat(ids(second)).containsExactly("e1", "e3");
    }

    @Test
    void aClaimTakesNoMoreOnceTheFirstStartIsThere() {
        UniAssertSubscriber<List<Handed>> claim = claim("w", 10);
        Dispatch.Slot early = reserve("early");
        Dispatch.Slot slow = reserve("slow");
        run(early, "early");
        assertThat(reserve("late")).isNull();
        claim.assertNotTerminated();
        run(slow, "slow");
        assertThat(ids(claim)).containsExactly("early", "slow");
    }

    @Test
    void whatWasStartedForAClientThatHasGoneGoesBackAtOnce() {
        UniAssertSubscriber<List<Handed>> claim = claim("w", 2);
        Dispatch.Slot one = reserve("one");
        Dispatch.Slot other = reserve("other");
        run(one, "one");
        claim.cancel();
        run(other, "other");
        assertThat(source.givenBack).containsExactly("one", "other");
        assertThat(reserve("next")).isNull();
    }

    @Test
    void aClaimWaitsOnAndLooksAgainWhenNothingWasStartedForIt() {
        UniAssertSubscriber<List<Handed>> claim = claim("w", 1);
        reserve("conflict").abandon();
        claim.assertNotTerminated();
        assertThat(source.claims).as("it missed what came meanwhile").isEqualTo(2);
        run(reserve("next"), "next");
        assertThat(ids(claim)).containsExactly("next");
    }

    @Test
    void aClaimWaitsOnWhenItsStartMustNotBegin() {
        UniAssertSubscriber<List<Handed>> claim = claim("w", 1);
        source.held = true;
        run(reserve("paused"), "paused");
        claim.assertNotTerminated();
    }

    @Test
    void aClaimWhoseTimeEndsGetsWhatWasPromised() {
        UniAssertSubscriber<List<Handed>> claim = claim("w", 1);
        Dispatch.Slot slot = reserve("a");
        timers.allPass();
        claim.assertNotTerminated();
        run(slot, "a");
        assertThat(ids(claim)).containsExactly("a");
    }

    @Test
    void aClaimWhoseTimeEndsIsAnsweredEmptyWhenNothingCameOfThePromise() {
        UniAssertSubscriber<List<Handed>> claim = claim("w", 1);
        Dispatch.Slot slot = reserve("a");
        timers.allPass();
        slot.abandon();
        assertThat(ids(claim)).isEmpty();
    }

    @Test
    void aDrainRefusesClaimsButKeepsPromises() {
        UniAssertSubscriber<List<Handed>> promised = claim("w1", 1);
        UniAssertSubscriber<List<Handed>> idle = claim("w2", 1);
        Dispatch.Slot slot = reserve("a");
        exchange.drain();
        idle.awaitFailure();
        assertThat(reserve("b")).isNull();
        run(slot, "a");
        assertThat(ids(promised)).containsExactly("a");
    }
}
