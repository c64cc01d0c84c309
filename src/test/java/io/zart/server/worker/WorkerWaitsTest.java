package io.zart.server.worker;

import static io.zart.server.worker.WorkerHttp.is;
import static io.zart.server.worker.WorkerHttp.step;
import static io.zart.server.worker.WorkerHttp.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.zart.server.testing.PostgresTestResource;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sleeps and event waits of remote workers: parked, over, retried. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class WorkerWaitsTest {

    private WorkerHttp http;
    private String task;

    @BeforeEach
    void connect() {
        http = new WorkerHttp("http://localhost:" + RestAssured.port);
        task = unique("task");
    }

    @Test
    void aSleepParksAndIsCompletedWhenTheTaskComesAgain() {
        String id = http.start(task, "1");
        JsonNode first = http.claimOne(task);
        JsonNode verdict = http.tell(first, "sleep", "\"name\":\"nap\",\"position\":0,\"durationMs\":250");
        assertThat(is(verdict, "ok").path("parked").asBoolean()).isTrue();
        assertThat(http.execution(id).path("waiting").path("kind").asText()).isEqualTo("sleep");
        is(http.tell(first, "complete", ""), "lease-lost");
        assertThat(is(http.tell(first, "sleep", "\"name\":\"nap\",\"position\":0,\"durationMs\":250"), "ok")
                        .path("parked")
                        .asBoolean())
                .isTrue();
        JsonNode second = http.claimOne(task);
        JsonNode nap = step(second, "nap");
        assertThat(nap.path("status").asText()).isEqualTo("completed");
        assertThat(nap.path("result").isNull()).isTrue();
        is(http.tell(second, "complete", "\"result\":true"), "ok");
        is(http.tell(second, "complete", "\"result\":true"), "already-recorded");
        assertThat(http.ended(id).path("status").asText()).isEqualTo("completed");
    }

    @Test
    void anEventThatIsThereIsTakenAtOnce() {
        String id = http.start(task, "1");
        http.event(id, "go", "{\"n\":1.0}");
        http.event(id, "go", "2");
        JsonNode claimed = http.claimOne(task);
        JsonNode verdict = http.tell(claimed, "wait-event", "\"name\":\"go\",\"position\":0");
        assertThat(is(verdict, "ok").path("parked").asBoolean()).isFalse();
        assertThat(verdict.path("steps").get(0).path("result").toString()).isEqualTo("{\"n\":1.0}");
        JsonNode next = http.tell(claimed, "wait-event", "\"name\":\"go#2\",\"position\":1,\"timeoutSecs\":5");
        assertThat(next.path("steps").get(0).path("result").asInt()).isEqualTo(2);
    }

    @Test
    void anEventWakesAParkedTask() {
        String id = http.start(task, "1");
        JsonNode first = http.claimOne(task);
        assertThat(is(http.tell(first, "wait-event", "\"name\":\"go\",\"position\":0"), "ok")
                        .path("parked")
                        .asBoolean())
                .isTrue();
        CompletableFuture<JsonNode> parked = http.claimAsync("w", task, 1, 30);
        http.event(id, "go", "\"now\"");
        JsonNode step = step(parked.join().get(0), "go");
        assertThat(step.path("status").asText()).isEqualTo("completed");
        assertThat(step.path("result").asText()).isEqualTo("now");
    }

    @Test
    void anEventWaitThatTimesOutIsDead() {
        http.start(task, "1");
        JsonNode first = http.claimOne(task);
        is(http.tell(first, "wait-event", "\"name\":\"go\",\"position\":0,\"timeoutSecs\":0.2"), "ok");
        JsonNode second = http.claimOne(task);
        JsonNode step = step(second, "go");
        assertThat(step.path("status").asText()).isEqualTo("dead");
        assertThat(step.path("error").path("type").asText()).isEqualTo("EventTimeoutException");
    }

    @Test
    void aParkOfSeveralWaitsWakesAtTheFirst() {
        String id = http.start(task, "1");
        JsonNode first = http.claimOne(task);
        String waits =
                "\"waits\":[{\"kind\":\"sleep\",\"name\":\"nap\",\"position\":0,\"group\":0,\"durationMs\":60000},"
                        + "{\"kind\":\"event\",\"name\":\"go\",\"position\":1,\"group\":0}]";
        assertThat(is(http.tell(first, "park", waits), "ok").path("parked").asBoolean())
                .isTrue();
        http.event(id, "go", "1");
        JsonNode second = http.claimOne(task);
        assertThat(step(second, "go").path("status").asText()).isEqualTo("completed");
        JsonNode nap = step(second, "nap");
        assertThat(nap.path("status").asText()).isEqualTo("scheduled");
        assertThat(nap.path("remainingMs").asLong()).isBetween(1L, 60_000L);
    }

    @Test
    void aTaskComesAgainWithinTheTimeThatItsWorkerSets() {
        http.start(task, "1");
        JsonNode first = http.claimOne(task);
        is(
                http.tell(first, "sleep", "\"name\":\"nap\",\"position\":0,\"durationMs\":60000,\"wakeWithinMs\":200"),
                "ok");
        JsonNode second = http.claimOne(task);
        assertThat(step(second, "nap").path("status").asText()).isEqualTo("scheduled");
        assertThat(second.path("spentMs").asLong()).isGreaterThanOrEqualTo(200);
    }

    @Test
    void aWaitThatAnOperatorHasRetriedBeginsAnew() {
        String id = http.start(task, "1");
        String wait = "\"name\":\"e\",\"position\":0,\"timeoutSecs\":0.2";
        for (int attempt = 1; attempt <= 3; attempt++) {
            JsonNode claimed = http.claimOne(task);
            assertThat(claimed.path("steps")).as("it is not among the steps").isEmpty();
            assertThat(is(http.tell(claimed, "wait-event", wait), "ok")
                            .path("parked")
                            .asBoolean())
                    .isTrue();
            JsonNode late = http.claimOne(task);
            assertThat(step(late, "e").path("status").asText()).isEqualTo("dead");
            assertThat(step(late, "e").path("attempts").asInt()).isEqualTo(attempt);
            is(http.tell(late, "fail", "\"error\":{\"message\":\"late\"}"), "ok");
            http.post("/zart/admin/v1/executions/" + id + "/retry-step", "{\"stepName\":\"e\"}")
                    .is(200);
        }
    }
}
