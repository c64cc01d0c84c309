package io.zart.server.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.testing.Metrics;
import io.zart.server.testing.ServiceClient;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged service, killed as a crash does while it works. */
class KillIT {

    private static final Duration LEASE = Duration.ofSeconds(2);

    /** How long after the lease the last execution may end, on a busy machine. */
    private static final Duration A_FEW_SECONDS = Duration.ofSeconds(30);

    private static final String STEPS = "select execution_id || '/' || name,"
            + " status || ' ' || coalesce(result, '') || ' ' || completed_at from step where status <> 'scheduled'";

    /** Backends that have recorded steps and are not gone yet; what they were sent before the kill they still do. */
    private static final String WRITERS = "select pid::text, query from pg_stat_activity"
            + " where datname = current_database() and pid <> pg_backend_pid() and query like '%insert into step (%'";

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.create();
    }

    @AfterEach
    void close() {
        database.drop();
    }

    private Map<String, String> settings() {
        return new HashMap<>(Map.of(
                "ZART_DATABASE_URL",
                database.url(),
                "ZART_LEASE",
                LEASE.toSeconds() + "s",
                "ZART_SAMPLES_ENABLED",
                "true"));
    }

    private Map<String, String> settingsOfAnApiOnly() {
        Map<String, String> settings = settings();
        settings.put("ZART_WORKER_CONCURRENCY", "0");
        return settings;
    }

    @Test
    void everyAcknowledgedExecutionEndsRightWhenOneOfTwoInstancesIsKilled() {
        try (ServiceProcess killed = ServiceProcess.start(settings());
                ServiceProcess survivor = ServiceProcess.start(settings())) {
            Load load = new Load(List.of(killed.url(), survivor.url()));
            load.begin();
            load.awaitAcknowledged(300);
            killed.kill();
            long at = System.nanoTime();
            Map<String, String> recorded = steps();
            load.awaitAcknowledged(load.acknowledged().size() + 100);
            List<String> ids = load.finish();
            ServiceClient client = new ServiceClient(survivor.url());
            ids.stream().filter(load.acknowledgedBefore(at)).forEach(id -> assertEnd(id, client.end(id)));
            assertThat(Duration.ofNanos(System.nanoTime() - at))
                    .as("time from the kill to the end of all that were acknowledged before")
                    .isLessThan(LEASE.plus(A_FEW_SECONDS));
            ids.forEach(id -> assertEnd(id, client.end(id)));
            assertThat(steps()).containsAllEntriesOf(recorded);
            assertThat(database.pairs("select count(*)::text, '' from task")).containsKey("0");
        }
    }

    @Test
    void noRecordedStepRunsAgain() {
        try (ServiceProcess api = ServiceProcess.start(settingsOfAnApiOnly());
                ServiceProcess killed = ServiceProcess.start(settings())) {
            Load load = new Load(List.of(api.url(), killed.url()));
            load.begin();
            load.awaitAcknowledged(300);
            killed.kill();
            await("the last statements of the killed one")
                    .until(() -> database.pairs(WRITERS).isEmpty());
            // Nobody works now: this is all that was ever recorded, and what another instance records is what it ran.
            Map<String, String> recorded = steps();
            List<String> ids = load.finish();
            try (ServiceProcess next = ServiceProcess.start(settings())) {
                ServiceClient client = new ServiceClient(next.url());
                ids.forEach(id -> assertEnd(id, client.end(id)));
                Map<String, String> all = steps();
                assertThat(recorded).isNotEmpty();
                assertThat(all).containsAllEntriesOf(recorded);
                assertThat(Metrics.sum(client.get("/metrics").text(), "zart_steps_total", ""))
                        .isEqualTo(all.size() - recorded.size());
            }
        }
    }

    private static void assertEnd(String id, JsonNode end) {
        assertThat(end.path("status").asText()).as(id).isEqualTo("completed");
        assertThat(end.path("result").toString())
                .as(id)
                .isEqualTo(
                        end.path("name").asText().equals("five-steps")
                                ? "{\"sum\":15}"
                                : "{\"c\":42,\"a\":\"a-1\",\"b\":{\"from\":\"a-1\"},\"g\":{\"from\":{\"from\":\"a-1\"}}}");
    }

    private Map<String, String> steps() {
        return database.pairs(STEPS);
    }
}
