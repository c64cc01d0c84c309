package io.zart.server.breaking;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.testing.Metrics;
import io.zart.server.testing.ServiceProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances are replaced one by one, as a deployment does, while clients use them. */
class RollingRestartIT {

    private static final int INSTANCES = 3;
    private static final int PARKED = 10;

    /** Far beyond the test: what would have to wait for a lease to run out would not end in time. */
    private static final Duration LEASE = Duration.ofMinutes(10);

    @TempDir
    Path home;

    @Test
    void clientsThatRepeatWhatIsRefusedSeeNoErrorAndNoWorkIsLostOrWaitsForALease() throws Exception {
        long seed = Long.getLong("zart.breaking.seed", System.nanoTime());
        Report report = new Report();
        try (Fleet fleet = new Fleet(new OwnPostgres(home), INSTANCES, LEASE);
                Clients clients = new Clients(fleet, seed, report)) {
            for (int i = 0; i < PARKED; i++) {
                new Calls(fleet.instance(0).url())
                        .post(
                                "/api/v1/executions",
                                "{\"executionId\":\"awaited-" + i + "\",\"taskName\":\"approval\"}");
            }
            for (int index = 0; index < INSTANCES; index++) {
                replace(fleet, index);
            }
            clients.finish();
            assertThat(new Audit(new Client(fleet, new Random(seed), report), report).complaints())
                    .as("with -Dzart.breaking.seed=%d: %s", seed, report)
                    .isEmpty();
            assertThat(fleet.errors()).as("errors in the logs").isEmpty();
            System.out.printf("rolling restart, seed %d: %s%n", seed, report);
            Calls calls = new Calls(fleet.instance(0).url());
            for (int i = 0; i < PARKED; i++) {
                assertThat(calls.post("/api/v1/events/awaited-" + i + "/approval", "7")
                                .statusCode())
                        .isEqualTo(202);
                assertThat(calls.get("/api/v1/executions/awaited-" + i + "/wait")
                                .body())
                        .contains("\"status\":\"completed\"");
            }
        }
    }

    /** SIGTERM, and a new process once the old one has ended; whoever waited there was told to wait elsewhere. */
    private static void replace(Fleet fleet, int index) throws Exception {
        ServiceProcess old = fleet.instance(index);
        Calls calls = new Calls(old.url());
        List<CompletableFuture<HttpResponse<String>>> waits = new ArrayList<>();
        for (int i = 0; i < PARKED; i++) {
            waits.add(calls.getLater("/api/v1/executions/awaited-" + i + "/wait"));
        }
        Awaitility.await("waits to be parked")
                .until(() -> Metrics.sum(calls.get("/metrics").body(), "zart_waited_for", "") >= PARKED);
        assertThat(old.terminate()).as("exit code of instance " + index).isZero();
        for (CompletableFuture<HttpResponse<String>> wait : waits) {
            HttpResponse<String> answer = wait.get(30, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("0");
        }
        fleet.launch(index);
        fleet.instance(index).awaitReady();
    }
}
