package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.testing.ClientProcess;
import io.zart.server.testing.ClientProcess.Language;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that crash, freeze and stop under load, and a service that restarts under its workers: nothing is lost or done twice. */
class WorkerSurvivalIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Map<String, String> SHORT_LEASE = Map.of("ZART_LEASE_SECS", "2");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final List<ClientProcess> workers = new ArrayList<>();
    private static TestDatabase database;
    private static ServiceProcess service;
    private int completedBefore;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        service = ServiceProcess.start(settings());
    }

    @AfterAll
    static void stop() {
        service.close();
        database.drop();
    }

    @BeforeEach
    void count() {
        completedBefore = get("/api/v1/stats").path("completed").asInt();
    }

    @AfterEach
    void stopWorkers() {
        workers.forEach(ClientProcess::close);
    }

    /** Executions of this test that are completed; each test ends when all of its own are. */
    private int completed() {
        return get("/api/v1/stats").path("completed").asInt() - completedBefore;
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void aKilledWorkersTasksGoOnInAnotherWithinTheLease(Language language) {
        language.assumePresent();
        ClientProcess victim = worker(language);
        List<String> ids = startAll("slow", "{\"ms\":300}", 60);
        awaitSomeCompleted(ids.size());
        victim.kill();
        worker(language);
        assertAllCompleted(ids);
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void aFrozenWorkersLateCommandsAreRefused(Language language) {
        language.assumePresent();
        ClientProcess frozen = worker(language);
        List<String> ids = startAll("slow", "{\"ms\":600}", 40);
        await("steps in work")
                .atMost(PATIENCE)
                .until(() -> get("/api/v1/stats").path("running").asInt() > 0);
        frozen.freeze();
        ClientProcess other = worker(language);
        assertAllCompleted(ids);
        frozen.thaw();
        // What it held has been recorded by the other one; it finds out, drops it, and works on as before.
        other.terminate();
        assertAllCompleted(startAll("five-steps", "null", 20));
        assertThat(frozen.alive()).isTrue();
        for (String id : ids) {
            JsonNode detail = get("/zart/admin/v1/executions/" + id + "/detail");
            assertThat(detail.at("/execution/result").toString()).isEqualTo("[\"done\",\"done2\"]");
            detail.path("steps")
                    .forEach(step -> assertThat(step.path("attempts"))
                            .as("attempts of %s of %s", step.path("name"), id)
                            .hasSize(1));
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void aStoppedWorkerFinishesWhatItHolds(Language language) {
        language.assumePresent();
        ClientProcess stopped = worker(language);
        List<String> ids = startAll("slow", "{\"ms\":2000}", 20);
        // A step in work is listed after a third of the lease: then its worker has it for certain.
        await("all steps in work")
                .atMost(PATIENCE)
                .until(() -> ids.stream()
                        .noneMatch(id -> get("/zart/admin/v1/executions/" + id + "/detail")
                                .path("steps")
                                .isEmpty()));
        assertThat(stopped.terminate()).as(stopped.output()).isZero();
        assertThat(completed())
                .as("what it held was finished before it ended: %s", stopped.output())
                .isEqualTo(ids.size());
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void aServiceThatRestartsFindsItsWorkersAgain(Language language) {
        language.assumePresent();
        ClientProcess worker = worker(language);
        List<String> ids = startAll("mixed", "{\"sleepMs\":300}", 60);
        awaitSomeCompleted(ids.size());
        int port = URI.create(service.url()).getPort();
        service.kill();
        service = ServiceProcess.startAt(port, settings());
        assertAllCompleted(ids);
        assertThat(worker.alive()).as(worker.output()).isTrue();
    }

    private static Map<String, String> settings() {
        return Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "false");
    }

    private ClientProcess worker(Language language) {
        ClientProcess worker = ClientProcess.samples(language, service.url(), SHORT_LEASE);
        workers.add(worker);
        return worker;
    }

    private List<String> startAll(String task, String payload, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = task + "-" + UUID.randomUUID();
            String body = "{\"executionId\":\"" + id + "\",\"taskName\":\"" + task + "\",\"payload\":" + payload + "}";
            call("POST", "/api/v1/executions", body);
            ids.add(id);
        }
        return ids;
    }

    private void awaitSomeCompleted(int of) {
        await("some of the executions are completed").atMost(PATIENCE).until(() -> completed() > of / 10);
    }

    private void assertAllCompleted(List<String> ids) {
        for (String id : ids) {
            await("end of " + id).atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                JsonNode execution = get("/api/v1/executions/" + id);
                assertThat(execution.path("status").asText())
                        .as(execution.toString())
                        .isEqualTo("completed");
            });
        }
    }

    private JsonNode get(String path) {
        return call("GET", path, null);
    }

    private JsonNode call(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.url() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode())
                    .as("%s %s: %s", method, path, response.body())
                    .isLessThan(300);
            return json.readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
