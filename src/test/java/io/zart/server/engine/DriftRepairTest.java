package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.zart.server.testing.PostgresTestResource;
import io.zart.server.testing.ServiceClient;
import jakarta.inject.Inject;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run that its handler has drifted away from says so to clients, and an operator repairs it by a rerun. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class DriftRepairTest {

    private static final String ADMIN = "/zart/admin/v1/executions/";

    @Inject
    DriftingHandlers code;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient("http://localhost:" + RestAssured.port);
    }

    @Test
    void aRerunOfTheRenamedStepRepairsARunOfABlockingHandler() {
        drifted("drift-1", "drifting");
        repaired("drift-1", "{\"rerunSteps\":[\"charge\"]}", "[\"charge\"]", "go,charge-card");
    }

    @Test
    void aRerunThatKeepsWhatWasDoneRepairsARunOfABlockingHandler() {
        drifted("drift-2", "drifting");
        repaired("drift-2", "{}", "[]", "go,charge,charge-card");
    }

    @Test
    void aRerunRepairsARunOfANonBlockingHandler() {
        drifted("drift-3", "drifting-async");
        repaired("drift-3", "{\"rerunSteps\":[\"charge\"]}", "[\"charge\"]", "go,charge-card");
    }

    private void drifted(String id, String task) {
        code.release(1);
        client.start(id, task, "null");
        Awaitility.await("the run waits for the event")
                .atMost(Duration.ofSeconds(30))
                .until(() -> client.get("/api/v1/executions/" + id)
                        .json()
                        .path("waiting")
                        .path("name")
                        .asText()
                        .equals("go"));
        code.release(2);
        client.post("/api/v1/events/" + id + "/go", "7");

        JsonNode end = client.end(id);
        assertThat(end.path("status").asText()).isEqualTo("failed");
        assertThat(end.path("error").path("type").asText()).isEqualTo("HandlerDrift");
        assertThat(end.path("error").path("step").asText()).isEqualTo("charge-card");
        assertThat(end.path("error").path("message").asText())
                .contains(id + ":run:0", "'charge-card'", "'charge'", "rerun");
    }

    private void repaired(String id, String rerun, String effective, String steps) {
        JsonNode answer = client.post(ADMIN + id + "/rerun", rerun).json();
        assertThat(answer.path("effectiveRerun")).hasToString(effective);

        JsonNode end = client.end(id);
        assertThat(end.path("status").asText()).as(end.toString()).isEqualTo("completed");
        assertThat(end.path("result").asText()).isEqualTo("charge-card 7");
        assertThat(end.path("runIndex").asInt()).isEqualTo(1);
        assertThat(client.get(ADMIN + id + "/detail").json().path("steps").findValuesAsText("name"))
                .containsExactlyInAnyOrder(steps.split(","));
    }
}
