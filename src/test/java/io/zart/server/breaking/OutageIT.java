package io.zart.server.breaking;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.testing.ServiceProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away and comes back. */
class OutageIT {

    /** A request may wait for a connection and for a statement, each for its limit. */
    private static final Duration LONGEST = Duration.ofSeconds(25);

    @TempDir
    Path home;

    private OwnPostgres postgres;
    private ServiceProcess service;
    private Proxy proxy;
    private Calls calls;

    @BeforeEach
    void start() {
        postgres = new OwnPostgres(home);
        proxy = new Proxy(() -> postgres.port());
        service = ServiceProcess.start(new HashMap<>(Map.of(
                "ZART_DATABASE_URL",
                "postgresql://postgres:postgres@127.0.0.1:" + proxy.port() + "/postgres",
                "ZART_SAMPLES_ENABLED",
                "true",
                "ZART_LEASE",
                "2s")));
        calls = new Calls(service.url());
    }

    @AfterEach
    void stop() {
        service.close();
        proxy.close();
        postgres.close();
    }

    @Test
    void aFrozenDatabaseIsAnUnavailableOneAndAllGoesOnAfterwards() throws Exception {
        calls.post("/api/v1/executions", "{\"executionId\":\"a\",\"taskName\":\"approval\"}");
        calls.post(
                "/api/v1/executions", "{\"executionId\":\"s\",\"taskName\":\"sleeper\",\"payload\":{\"seconds\":1}}");
        postgres.freeze();
        List<CompletableFuture<HttpResponse<String>>> answers = Stream.of(
                        "/api/v1/executions/a", "/api/v1/executions", "/api/v1/stats", "/api/v1/executions/s/wait")
                .map(calls::getLater)
                .toList();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertUnavailable(answer.get(LONGEST.toSeconds(), TimeUnit.SECONDS));
        }
        assertUnavailable(calls.post("/api/v1/executions", "{\"executionId\":\"b\",\"taskName\":\"echo\"}"));
        assertThat(service.status("/readyz")).isEqualTo(503);
        assertThat(service.status("/healthz")).isEqualTo(200);

        postgres.thaw();
        assertRecovered();
    }

    @Test
    void aSilentNetworkIsGivenUpAndAllGoesOnWithNewConnections() throws Exception {
        calls.post("/api/v1/executions", "{\"executionId\":\"a\",\"taskName\":\"approval\"}");
        proxy.mode(Proxy.Mode.SILENT);
        assertUnavailable(calls.get("/api/v1/executions/a"));
        proxy.mode(Proxy.Mode.PASS);
        assertRecovered();
    }

    @Test
    void aCrashedDatabaseIsAnUnavailableOneWhileWaitsStayParked() throws Exception {
        calls.post("/api/v1/executions", "{\"executionId\":\"a\",\"taskName\":\"approval\"}");
        CompletableFuture<HttpResponse<String>> parked = calls.getLater("/api/v1/executions/a/wait");
        Awaitility.await("the execution to wait")
                .until(() -> calls.get("/api/v1/executions/a").body().contains("\"kind\":\"event\""));
        postgres.crash();
        assertUnavailable(calls.get("/api/v1/executions/a"));
        assertThat(service.status("/readyz")).isEqualTo(503);
        postgres.start();
        Awaitility.await("readiness").atMost(LONGEST).until(() -> service.status("/readyz") == 200);
        assertThat(parked).isNotDone();
        assertThat(calls.post("/api/v1/events/a/approval", "7").statusCode()).isEqualTo(202);
        assertThat(parked.get(LONGEST.toSeconds(), TimeUnit.SECONDS).body()).contains("\"status\":\"completed\"");
    }

    private void assertRecovered() throws Exception {
        Awaitility.await("readiness").atMost(LONGEST).until(() -> service.status("/readyz") == 200);
        Awaitility.await("an event")
                .atMost(LONGEST)
                .until(() -> calls.post("/api/v1/events/a/approval", "7").statusCode() == 202);
        assertThat(calls.get("/api/v1/executions/a/wait").body()).contains("\"status\":\"completed\"");
    }

    private static void assertUnavailable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("database-unavailable");
    }
}
