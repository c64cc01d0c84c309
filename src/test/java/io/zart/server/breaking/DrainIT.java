package io.zart.server.breaking;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens between SIGTERM and the end of the process. */
class DrainIT {

    /** Far beyond the tests: what goes on before it has not waited for a lease to run out. */
    private static final String LEASE = "10m";

    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void dropDatabase() {
        database.drop();
    }

    private ServiceProcess service(String... more) {
        Map<String, String> environment = new java.util.HashMap<>(
                Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "true", "ZART_LEASE", LEASE));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return ServiceProcess.start(environment);
    }

    @Test
    void itIsNotReadyFirstThenServesForTheDelayThenAnswersWhatIsParkedAndEndsWell() throws Exception {
        try (ServiceProcess service = service("QUARKUS_SHUTDOWN_DELAY", "3s")) {
            Calls calls = new Calls(service.url());
            assertThat(calls.post("/api/v1/executions", "{\"executionId\":\"a\",\"taskName\":\"approval\"}")
                            .statusCode())
                    .isEqualTo(201);
            CompletableFuture<HttpResponse<String>> parked = calls.getLater("/api/v1/executions/a/wait");

            service.signal("TERM");
            Awaitility.await("readiness to go off").until(() -> service.status("/readyz") == 503);
            assertThat(calls.get("/api/v1/executions/a").statusCode())
                    .as("served during the delay")
                    .isEqualTo(200);
            assertThat(parked).as("a wait during the delay").isNotDone();

            HttpResponse<String> answer = parked.get(30, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("0");
            assertThat(answer.body()).contains("shutting-down");
            assertThat(service.awaitExit()).as("exit code").isZero();
        }
    }

    @Test
    void aStepUnderWayIsRecordedAndTheRestGoesOnElsewhereAtOnce() throws Exception {
        try (ServiceProcess one = service()) {
            Calls calls = new Calls(one.url());
            calls.post("/api/v1/executions", "{\"executionId\":\"s\",\"taskName\":\"slow\",\"payload\":{\"ms\":2000}}");
            try (ServiceProcess two = service()) {
                assertThat(one.terminate()).as("exit code").isZero();
                HttpResponse<String> end = new Calls(two.url()).get("/api/v1/executions/s/wait");
                assertThat(end.body()).contains("\"status\":\"completed\"").contains("[\"done\",\"done2\"]");
                String detail = new Calls(two.url())
                        .get("/zart/admin/v1/executions/s/detail")
                        .body();
                assertThat(detail.split("\"attemptNumber\":", -1))
                        .as("attempts of both steps in " + detail)
                        .hasSize(3);
            }
        }
    }

    @Test
    void aStepThatTakesTooLongIsBegunAgainElsewhereAtOnce() throws Exception {
        try (ServiceProcess one = service("ZART_DRAIN_TIMEOUT", "200ms")) {
            new Calls(one.url())
                    .post(
                            "/api/v1/executions",
                            "{\"executionId\":\"l\",\"taskName\":\"slow\",\"payload\":{\"ms\":8000}}");
            try (ServiceProcess two = service()) {
                long begin = System.nanoTime();
                assertThat(one.terminate()).as("exit code").isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
                assertThat(new Calls(two.url()).get("/api/v1/executions/l/wait").body())
                        .contains("\"status\":\"completed\"");
            }
        }
    }
}
