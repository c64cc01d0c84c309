package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who gets the places that become free: queued tasks, or the starts that ask for them the same moment. */
class ClaimingTest {

    private static final int PLACES = 4;

    private final Room room = new Room(PLACES);
    private final Deque<Integer> limits = new ArrayDeque<>();
    private int claimed;
    /** Happens between the look at the room and the claim of places. */
    private Runnable meanwhile = () -> {};

    private CompletableFuture<Journal.Claim> answer;
    private final Claiming claiming = new Claiming(
            new NoTimers(),
            room,
            1_000,
            () -> {
                meanwhile.run();
                return true;
            },
            limit -> {
                limits.add(limit);
                answer = new CompletableFuture<>();
                return Uni.createFrom().completionStage(answer);
            },
            task -> claimed++,
            () -> {});

    @Test
    void startsLeaveHalfOfThePlacesThatBecomeFreeToQueuedTasks() {
        fullAndBehind();
        assertThat(limits).as("no room, no claim").isEmpty();

        int started = 0;
        for (int i = 0; i < 1_000; i++) {
            // Starts are there at once, and before the claim hears of the place.
            room.giveBack(1);
            started += claiming.takeForStart() ? 1 : 0;
            claiming.roomAgain(null);
            brings(limits.isEmpty() ? 0 : limits.peekLast());
        }
        assertThat(claimed).as("queued tasks of 1,000 places").isBetween(400, 600);
        assertThat(started).as("starts of 1,000 places").isBetween(400, 600);
    }

    @Test
    void aWaitingTaskGetsTheFirstPlaceThatBecomesFree() {
        fullAndBehind();
        room.giveBack(1);
        assertThat(claiming.takeForStart()).isFalse();
        claiming.roomAgain(null);
        assertThat(limits).containsExactly(1);
    }

    @Test
    void aLookThatStartsHaveForestalledIsMadeUpFor() {
        meanwhile = () -> room.takeUpTo(PLACES);
        claiming.look();
        assertThat(limits).isEmpty();
        assertThat(claiming.underWay()).isFalse();

        meanwhile = () -> {};
        room.giveBack(1);
        assertThat(claiming.takeForStart()).isFalse();
        claiming.roomAgain(null);
        assertThat(limits).containsExactly(1);
    }

    @Test
    void startsGoFirstAgainWhenNothingWaits() {
        fullAndBehind();
        room.giveBack(PLACES);
        claiming.roomAgain(null);
        assertThat(limits).as("all places, for tasks wait").containsExactly(PLACES);
        brings(PLACES - 1);
        assertThat(claiming.takeForStart()).isTrue();
        room.giveBack(1);
        assertThat(claiming.takeForStart()).isTrue();
    }

    @Test
    void aClaimLeavesHalfOfTheRoomToStartsWhenNothingIsKnownToWait() {
        claiming.look();
        assertThat(limits).containsExactly(PLACES / 2);
        IntStream.range(0, PLACES / 2)
                .forEach(i -> assertThat(claiming.takeForStart()).isTrue());
    }

    /** Starts have all places, and tasks wait. */
    private void fullAndBehind() {
        IntStream.range(0, PLACES)
                .forEach(i -> assertThat(claiming.takeForStart()).isTrue());
        claiming.look();
    }

    /** The claim under way, if there is one, brings so many tasks. */
    private void brings(int tasks) {
        if (answer != null && !answer.isDone()) {
            answer.complete(new Journal.Claim(
                    IntStream.range(0, tasks).mapToObj(ClaimingTest::task).toList(), null));
        }
    }

    private static ClaimedTask task(int number) {
        String id = "task-" + number;
        Execution execution = Execution.scheduled(id, "work", JsonText.NULL, Instant.EPOCH, null)
                .started(Instant.EPOCH, 2);
        return new ClaimedTask(new Lease(id, 0, 1), execution, 0, null, 0, 1, List.of(), List.of(), Map.of());
    }

    private static final class NoTimers implements Timers {
        @Override
        public Handle after(long millis, Runnable action) {
            return () -> {};
        }

        @Override
        public long millis() {
            return 0;
        }
    }
}
