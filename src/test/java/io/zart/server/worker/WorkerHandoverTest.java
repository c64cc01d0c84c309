package io.zart.server.worker;

import static io.zart.server.worker.WorkerHttp.is;
import static io.zart.server.worker.WorkerHttp.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.zart.server.testing.PostgresTestResource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** New executions are handed to the claims that wait for them, leased from their first moment. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class WorkerHandoverTest {

    private WorkerHttp http;
    private String task;

    @BeforeEach
    void connect() {
        http = new WorkerHttp("http://localhost:" + RestAssured.port);
        task = unique("task");
    }

    private CompletableFuture<JsonNode> parked(int most) {
        CompletableFuture<JsonNode> claim = http.claimAsync("w", task, most, 30);
        await().atMost(WorkerHttp.PATIENCE).until(() -> http.parked(task) == 1);
        return claim;
    }

    @Test
    void aStartIsRunningForTheWorkerThatWaitsBeforeItsAnswerIsWritten() {
        CompletableFuture<JsonNode> claim = parked(1);
        String id = unique("w");
        JsonNode started = http.post(
                        "/api/v1/executions",
                        "{\"executionId\":\"" + id + "\",\"taskName\":\"" + task
                                + "\",\"payload\":{\"n\":1.0},\"timeoutSecs\":500}")
                .is(201)
                .json();
        assertThat(started.path("status").asText()).isEqualTo("running");
        JsonNode handed = claim.join().get(0);
        assertThat(handed.path("executionId").asText()).isEqualTo(id);
        assertThat(handed.path("payload").toString()).isEqualTo("{\"n\":1.0}");
        assertThat(handed.at("/lease/token").asText()).isEqualTo("0.1");
        assertThat(handed.at("/lease/expiresInMs").asLong()).isBetween(1L, 60_000L);
        assertThat(handed.path("deadlineInMs").asLong()).isBetween(1L, 500_000L);
        is(http.tell(handed, "step-completed", "\"name\":\"s\",\"position\":0,\"result\":1"), "ok");
        is(http.tell(handed, "complete", "\"result\":2"), "ok");
        assertThat(http.ended(id).path("result").asInt()).isEqualTo(2);
    }

    @Test
    void aDelayedStartIsNotHandedOutBeforeItsTime() {
        CompletableFuture<JsonNode> claim = parked(1);
        JsonNode started = http.post("/api/v1/executions", "{\"taskName\":\"" + task + "\",\"delaySecs\":1}")
                .is(201)
                .json();
        assertThat(started.path("status").asText()).isEqualTo("scheduled");
        assertThat(claim.join()).hasSize(1);
    }

    @Test
    void aStartThatIsRepeatedLeavesTheClaimWaiting() {
        String id = unique("w");
        String body = "{\"executionId\":\"" + id + "\",\"taskName\":\"" + task + "\"}";
        http.post("/api/v1/executions", body).is(201);
        is(http.tell(http.claimOne(task), "complete", ""), "ok");
        CompletableFuture<JsonNode> claim = parked(1);
        http.post("/api/v1/executions", body).is(200);
        String next = http.start(task, "2");
        assertThat(claim.join().get(0).path("executionId").asText()).isEqualTo(next);
    }

    /**
     * What cannot be written to the worker is given back at once; what lies in the socket of a worker that has gone can only wait
     * for the end of its lease, which is two seconds here. Either way another worker gets it.
     */
    @RepeatedTest(4)
    void noTaskIsLostWhenItsWorkerGoesAwayAtThatMoment() {
        http.send("POST", "/api/v1/worker/claim", WorkerHttp.claimBody("w", task, 100, 30, 2));
        await().atMost(WorkerHttp.PATIENCE).until(() -> http.parked(task) == 1);
        List<CompletableFuture<WorkerHttp.Answer>> starts = new ArrayList<>();
        WorkerHttp client = new WorkerHttp(http.root());
        for (int i = 0; i < 8; i++) {
            starts.add(client.send("POST", "/api/v1/executions", "{\"taskName\":\"" + task + "\"}"));
            if (i == 4) {
                http.abandonAll();
            }
        }
        starts.forEach(start -> start.join().is(201));
        WorkerHttp other = new WorkerHttp(http.root());
        List<JsonNode> tasks = new ArrayList<>();
        await("all tasks at another worker").atMost(WorkerHttp.PATIENCE).until(() -> {
            other.claim(task, 100, 1, 60).forEach(tasks::add);
            return tasks.size() == starts.size();
        });
    }
}
