package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.StepOutcome;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run that ends whoever picks it up is given up; one that makes progress is not. */
class PoisonTest {

    private static final String TASK = "deadly";

    private TestDatabase database;
    private Node client;

    @BeforeEach
    void open() {
        database = TestDatabase.createMigrated();
        client = new Node(database, Node.Setup.named("client").withConcurrency(0));
    }

    @AfterEach
    void close() {
        client.close();
        database.drop();
    }

    private static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    /** A claim by somebody who dies at once: its lease is over as soon as it is given. */
    private ClaimedTask diesOfIt() {
        List<ClaimedTask> tasks = now(client.journal.journal().claim("mortal", List.of(TASK), 1, Duration.ZERO))
                .tasks();
        assertThat(tasks).hasSize(1);
        return tasks.get(0);
    }

    private static StepOutcome step(Lease lease, String name) {
        return new StepOutcome(lease, name, "step", 0, null, false, 1, 0, 0, JsonText.NULL, null, null);
    }

    @Test
    void claimsWithoutProgressCount() {
        now(client.service.start(Node.start("a", TASK)));
        for (int i = 1; i <= 3; i++) {
            assertThat(diesOfIt().idleClaims()).isEqualTo(i);
        }
        ClaimedTask alive = diesOfIt();
        now(client.journal.journal().record(step(alive.lease(), "s")));
        assertThat(diesOfIt().idleClaims()).as("after a recorded step").isEqualTo(1);
        ClaimedTask parks = diesOfIt();
        now(client.journal.journal().park(new Park(parks.lease(), 0L, null, "retry", "s", 0L, List.of(), List.of())));
        assertThat(diesOfIt().idleClaims()).as("after a park").isEqualTo(1);
    }

    @Test
    void aRunThatEndsWhoeverPicksItUpFails() {
        now(client.service.start(Node.start("b", TASK)));
        for (int i = 0; i < Node.POISON_ACTIVATIONS; i++) {
            diesOfIt();
        }
        try (Node next = new Node(database, Node.Setup.named("next").serving(TASK, (ctx, payload) -> "survived"))) {
            Execution ended = await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> now(next.store.find("b")),
                            seen -> seen.status().terminal());
            assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(ended.error().text()).contains("PoisonedTask").contains("without any progress");
        }
    }
}
