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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pause rules hold what remote workers run, and steps in work are shown. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class WorkerPauseTest {

    private static final String PAUSE = "/zart/admin/v1/pause";

    private WorkerHttp http;
    private String task;

    @BeforeEach
    void connect() {
        http = new WorkerHttp("http://localhost:" + RestAssured.port);
        task = unique("task");
    }

    private String pause(String pattern) {
        return http.post(PAUSE, "{\"taskName\":\"" + task + "\",\"stepPattern\":" + pattern + "}")
                .is(201)
                .json()
                .path("ruleId")
                .asText();
    }

    private void resume(String rule) {
        http.post(PAUSE + "/" + rule, null).is(204);
    }

    @Test
    void aTaskWhoseBodyIsHeldIsNotHandedOut() {
        String rule = pause("null");
        String id = http.start(task, "1");
        assertThat(http.claim(task, 1, 1, 60)).isEmpty();
        http.waitsFor(id, "paused");
        resume(rule);
        assertThat(http.claimOne(task).path("executionId").asText()).isEqualTo(id);
    }

    @Test
    void aTaskWhoseBodyIsHeldIsNotHandedToAClaimThatWaits() {
        CompletableFuture<JsonNode> claim = http.claimAsync("w", task, 1, 30);
        await().atMost(WorkerHttp.PATIENCE).until(() -> http.parked(task) == 1);
        String rule = pause("null");
        String id = http.start(task, "1");
        http.waitsFor(id, "paused");
        assertThat(claim.isDone()).isFalse();
        resume(rule);
        assertThat(claim.join().get(0).path("executionId").asText()).isEqualTo(id);
    }

    @Test
    void aWorkerIsToldWhichStepsAreHeldAndTheTaskComesAgainWhenTheyAreNot() {
        String id = http.start(task, "1");
        String rule = pause("\"ship-*\"");
        JsonNode first = http.claimOne(task);
        assertThat(first.path("pausedSteps").toString()).isEqualTo("[\"ship-*\"]");
        is(http.tell(first, "release", "\"paused\":true"), "ok");
        http.waitsFor(id, "paused");
        assertThat(http.claim(task, 1, 1, 60)).isEmpty();
        resume(rule);
        JsonNode second = http.claimOne(task);
        assertThat(second.path("pausedSteps")).isEmpty();
    }

    @Test
    void aVerdictTellsOfARuleThatIsNew() {
        http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String rule = pause("\"ship-*\"");
        JsonNode verdict = http.tell(claimed, "step-completed", "\"name\":\"a\",\"position\":0");
        assertThat(is(verdict, "ok").path("pausedSteps").toString()).isEqualTo("[\"ship-*\"]");
        JsonNode held = http.tell(claimed, "park", "\"waits\":[{\"kind\":\"paused\",\"name\":\"ship-1\"}]");
        assertThat(is(held, "ok").path("parked").asBoolean()).isTrue();
        resume(rule);
        JsonNode again = http.claimOne(task);
        JsonNode free = http.tell(again, "park", "\"waits\":[{\"kind\":\"paused\",\"name\":\"ship-1\"}]");
        assertThat(is(free, "ok").path("parked").asBoolean()).isFalse();
    }

    @Test
    void aHeldSleepIsNotEntered() {
        String id = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String rule = pause("\"nap\"");
        String sleep = "\"name\":\"nap\",\"position\":0,\"durationMs\":1";
        assertThat(is(http.tell(claimed, "sleep", sleep), "ok").path("parked").asBoolean())
                .isTrue();
        http.waitsFor(id, "paused");
        resume(rule);
        JsonNode again = http.claimOne(task);
        assertThat(again.path("steps")).isEmpty();
    }

    @Test
    void aStartedStepIsShownAsRunning() {
        String id = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        is(http.tell(claimed, "step-started", "\"name\":\"long\",\"position\":0,\"attempt\":1"), "ok");
        JsonNode steps = http.get("/zart/admin/v1/executions/" + id + "/detail")
                .is(200)
                .json()
                .path("steps");
        assertThat(steps).hasSize(1);
        assertThat(steps.get(0).path("name").asText()).isEqualTo("long");
        assertThat(steps.get(0).path("status").asText()).isEqualTo("running");
    }
}
