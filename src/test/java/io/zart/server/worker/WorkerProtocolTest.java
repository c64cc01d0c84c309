package io.zart.server.worker;

import static io.zart.server.worker.WorkerHttp.command;
import static io.zart.server.worker.WorkerHttp.is;
import static io.zart.server.worker.WorkerHttp.step;
import static io.zart.server.worker.WorkerHttp.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.zart.server.testing.PostgresTestResource;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The protocol of workers, command by command. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class WorkerProtocolTest {

    private static final String FAILED =
            "\"name\":\"s\",\"position\":0,\"error\":{\"message\":\"boom\",\"type\":\"Boom\"}";

    private WorkerHttp http;
    private String task;

    @BeforeEach
    void connect() {
        http = new WorkerHttp("http://localhost:" + RestAssured.port);
        task = unique("task");
    }

    @Test
    void aTaskIsClaimedRecordedAndCompleted() {
        String id = http.start(task, "{\"b\":1.50,\"a\":1e3}");
        JsonNode claimed = http.claimOne(task);
        assertThat(claimed.path("executionId").asText()).isEqualTo(id);
        assertThat(claimed.path("runId").asText()).isEqualTo(id + ":run:0");
        assertThat(claimed.path("taskName").asText()).isEqualTo(task);
        assertThat(claimed.path("steps")).isEmpty();
        assertThat(claimed.path("lease").path("expiresInMs").asLong()).isBetween(1L, 60_000L);
        JsonNode verdicts = http.commands(
                command(
                        claimed,
                        "step-completed",
                        "\"name\":\"greet\",\"position\":0,\"result\":\"hi\",\"elapsedMs\":2.5"),
                command(claimed, "complete", "\"result\":{\"z\":1.0,\"a\":2}"));
        is(verdicts.get(0), "ok");
        is(verdicts.get(1), "ok");
        JsonNode ended = http.ended(id);
        assertThat(ended.path("status").asText()).isEqualTo("completed");
        assertThat(http.get("/api/v1/executions/" + id).body()).contains("{\"z\":1.0,\"a\":2}");
    }

    @Test
    void aClaimedTaskHasTheMembersOfThePage() {
        http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        assertThat(claimed.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "executionId",
                        "runId",
                        "runIndex",
                        "taskName",
                        "payload",
                        "lease",
                        "deadline",
                        "deadlineInMs",
                        "spentMs",
                        "attempt",
                        "steps",
                        "earlierAttempts",
                        "pausedSteps",
                        "traceparent");
        assertThat(claimed.path("lease").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("token", "expiresAt", "expiresInMs");
        is(http.tell(claimed, "step-failed", FAILED + ",\"retry\":\"now\""), "ok");
        is(http.tell(claimed, "release", ""), "ok");
        JsonNode again = http.claimOne(task);
        assertThat(again.path("attempt").asInt()).isEqualTo(2);
        assertThat(step(again, "s").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "name",
                        "kind",
                        "status",
                        "result",
                        "error",
                        "position",
                        "attempts",
                        "failures",
                        "remainingMs",
                        "ageMs");
    }

    @Test
    void payloadsComeToTheLetter() {
        http.start(task, "{\"b\":1.50,\"a\":1e3,\"a\":12345678901234567890}");
        String body = http.post("/api/v1/worker/claim", WorkerHttp.claimBody("w", task, 1, 20, 60))
                .is(200)
                .body();
        assertThat(body).contains("{\"b\":1.50,\"a\":1e3,\"a\":12345678901234567890}");
    }

    @Test
    void aClaimWithoutWorkIsAnsweredEmpty() {
        assertThat(http.claim(task, 5, 0, 60)).isEmpty();
        assertThat(http.claim(task, 5, 1, 60)).isEmpty();
    }

    @Test
    void aParkedClaimIsWokenByAStart() {
        CompletableFuture<JsonNode> parked = http.claimAsync("w", task, 1, 30);
        String id = http.start(task, "1");
        assertThat(parked.join().get(0).path("executionId").asText()).isEqualTo(id);
    }

    @Test
    void aRecordedStepComesWithTheNextClaimAndItsFirstResultStands() {
        http.start(task, "1");
        JsonNode first = http.claimOne(task);
        is(http.tell(first, "step-completed", "\"name\":\"a\",\"position\":0,\"result\":1"), "ok");
        JsonNode again = http.tell(first, "step-completed", "\"name\":\"a\",\"position\":0,\"result\":2");
        assertThat(is(again, "already-recorded").path("step").path("result").asInt())
                .isEqualTo(1);
        is(http.tell(first, "capture", "\"name\":\"now\",\"position\":1,\"value\":42"), "ok");
        is(http.tell(first, "release", ""), "ok");
        JsonNode second = http.claimOne(task);
        assertThat(second.path("attempt").asInt()).isEqualTo(2);
        assertThat(second.path("steps")).hasSize(2);
        JsonNode a = step(second, "a");
        assertThat(a.path("status").asText()).isEqualTo("completed");
        assertThat(a.path("result").asInt()).isEqualTo(1);
        assertThat(step(second, "now").path("kind").asText()).isEqualTo("capture");
    }

    @Test
    void aReleasedTaskAndItsTokenAreParted() {
        http.start(task, "1");
        JsonNode first = http.claimOne(task);
        is(http.tell(first, "release", ""), "ok");
        is(http.tell(first, "step-completed", "\"name\":\"a\",\"position\":0,\"result\":1"), "lease-lost");
        JsonNode second = http.claimOne(task);
        is(http.tell(first, "complete", ""), "lease-lost");
        is(http.tell(second, "complete", ""), "ok");
    }

    @Test
    void aFailedAttemptIsKeptWithItsRetry() {
        String id = http.start(task, "1");
        JsonNode first = http.claimOne(task);
        String failure = FAILED;
        is(http.tell(first, "step-failed", failure + ",\"attempt\":1,\"retry\":\"now\""), "ok");
        JsonNode parked = http.commands(
                        command(first, "step-failed", failure + ",\"attempt\":2,\"retry\":{\"afterMs\":150}"),
                        command(first, "park", "\"waits\":[{\"kind\":\"retry\",\"name\":\"s\",\"afterMs\":150}]"))
                .get(1);
        assertThat(is(parked, "ok").path("parked").asBoolean()).isTrue();
        JsonNode second = http.claimOne(task);
        JsonNode step = step(second, "s");
        assertThat(step.path("status").asText()).isEqualTo("scheduled");
        assertThat(step.path("attempts").asInt()).isEqualTo(2);
        assertThat(step.path("failures").asInt()).isEqualTo(2);
        assertThat(step.path("remainingMs").asLong()).isLessThanOrEqualTo(0);
        assertThat(step.path("ageMs").asLong()).isGreaterThanOrEqualTo(150);
        is(http.tell(second, "step-failed", failure + ",\"attempt\":3,\"retry\":\"never\""), "ok");
        is(http.tell(second, "fail", "\"error\":{\"message\":\"boom\",\"type\":\"Boom\",\"step\":\"s\"}"), "ok");
        JsonNode ended = http.ended(id);
        assertThat(ended.path("status").asText()).isEqualTo("failed");
        assertThat(ended.path("error").path("message").asText()).isEqualTo("boom");
        assertThat(ended.path("error").path("step").asText()).isEqualTo("s");
    }

    @Test
    void theNextAttemptMayHaveATime() {
        http.start(task, "1");
        JsonNode first = http.claimOne(task);
        String at = "{\"at\":\"" + Instant.now().plusSeconds(3_600) + "\"}";
        is(http.tell(first, "step-failed", FAILED + ",\"retry\":" + at), "ok");
        is(http.tell(first, "release", ""), "ok");
        JsonNode second = http.claimOne(task);
        assertThat(step(second, "s").path("remainingMs").asLong()).isBetween(3_000_000L, 3_600_000L);
        String past = "\"waits\":[{\"kind\":\"retry\",\"name\":\"s\",\"at\":\"2020-01-01T00:00:00Z\"}]";
        assertThat(is(http.tell(second, "park", past), "ok").path("parked").asBoolean(true))
                .isFalse();
        String wrong = FAILED + ",\"attempt\":2,\"retry\":{\"at\":\"tomorrow\"}";
        assertThat(is(http.tell(second, "step-failed", wrong), "invalid")
                        .path("reason")
                        .asText())
                .contains("at");
    }

    @Test
    void aCancelledExecutionTellsItsWorker() {
        String id = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        http.cancel(id);
        is(http.tell(claimed, "extend", ""), "cancelled");
        is(http.tell(claimed, "step-completed", "\"name\":\"a\",\"position\":0"), "cancelled");
        is(http.tell(claimed, "complete", ""), "cancelled");
    }

    @Test
    void anExtensionMovesTheEndOfTheLease() {
        http.start(task, "1");
        JsonNode claimed = http.claimOne(task, 1);
        JsonNode verdict = is(http.tell(claimed, "extend", "\"leaseSecs\":120"), "ok");
        assertThat(verdict.path("expiresInMs").asLong()).isEqualTo(120_000);
        assertThat(verdict.path("expiresAt").asText())
                .isGreaterThan(claimed.path("lease").path("expiresAt").asText());
        assertThat(http.claim(task, 1, 2, 60)).isEmpty();
        is(http.tell(claimed, "complete", ""), "ok");
    }

    @Test
    void aWorkerThatWasReplacedCanWriteNothing() {
        String id = http.start(task, "1");
        JsonNode frozen = http.claimOne(task, 1);
        JsonNode other = http.claimOne(task);
        assertThat(other.path("executionId").asText()).isEqualTo(id);
        JsonNode verdicts = http.commands(
                command(frozen, "step-completed", "\"name\":\"a\",\"position\":0,\"result\":\"late\""),
                command(frozen, "sleep", "\"name\":\"b\",\"position\":1,\"durationMs\":1"),
                command(frozen, "complete", "\"result\":\"late\""));
        verdicts.forEach(verdict -> is(verdict, "lease-lost"));
        is(http.tell(frozen, "extend", ""), "lease-lost");
        is(http.tell(frozen, "release", ""), "lease-lost");
        is(http.tell(frozen, "fail", "\"error\":{\"message\":\"late\"}"), "lease-lost");
        is(http.tell(other, "complete", "\"result\":\"mine\""), "ok");
        assertThat(http.ended(id).path("result").asText()).isEqualTo("mine");
    }

    @Test
    void whatIsBeyondTheLimitsOfARunIsInvalidAndTheTaskIsStillHeld() {
        String id = http.start(task, "1");
        JsonNode one = http.claimOne(task);
        is(http.tell(one, "step-completed", "\"name\":\"last\",\"position\":9999"), "ok");
        for (String type : new String[] {"step-completed", "step-started", "capture", "sleep", "wait-event"}) {
            assertThat(is(http.tell(one, type, "\"name\":\"a\",\"position\":10000,\"durationMs\":1"), "invalid")
                            .path("reason")
                            .asText())
                    .as(type)
                    .contains("10001", "10000", "zart.limits.steps");
        }
        is(http.tell(one, "complete", ""), "ok");
        assertThat(http.ended(id).path("status").asText()).isEqualTo("completed");
    }

    @Test
    void aBadCommandHarmsNoOther() {
        http.start(task, "1");
        http.start(task, "2");
        JsonNode tasks = http.claim(task, 2, 20, 60);
        JsonNode one = tasks.get(0);
        JsonNode other = tasks.get(1);
        JsonNode verdicts = http.commands(
                "17",
                command(one, "dance", ""),
                "{\"type\":\"complete\",\"executionId\":\"nobody\",\"token\":\"0.1\"}",
                "{\"type\":\"complete\",\"executionId\":\"nobody\",\"token\":\"?\"}",
                command(one, "complete", ""),
                command(other, "step-completed", "\"name\":\"a\",\"position\":0"),
                command(other, "complete", ""));
        is(verdicts.get(0), "invalid");
        is(verdicts.get(1), "invalid");
        is(verdicts.get(2), "lease-lost");
        assertThat(is(verdicts.get(3), "invalid").path("reason").asText()).contains("token");
        is(verdicts.get(4), "invalid");
        is(verdicts.get(5), "ok");
        is(verdicts.get(6), "ok");
        for (String missing : new String[] {"\"position\":0", "\"name\":\"a\"", "\"name\":\"a\",\"position\":-1"}) {
            is(http.tell(one, "step-completed", missing), "invalid");
        }
        is(http.tell(one, "step-failed", "\"name\":\"a\",\"position\":0"), "invalid");
        is(http.tell(one, "sleep", "\"name\":\"a\",\"position\":0"), "invalid");
        is(http.tell(one, "park", "\"waits\":[]"), "invalid");
        is(http.tell(one, "complete", ""), "ok");
    }

    @Test
    void aBadRequestIsAProblemThatNamesTheMember() {
        String claim = "/api/v1/worker/claim";
        assertThat(http.post(claim, "{").is(400).json().path("code").asText()).isEqualTo("malformed-json");
        for (String body : new String[] {
            "{}",
            "{\"workerId\":\"w\"}",
            "{\"workerId\":\"w\",\"taskNames\":[]}",
            "{\"workerId\":\"w\",\"taskNames\":[1]}",
            "{\"workerId\":\"w\",\"taskNames\":[\"t\"],\"maxTasks\":0}",
            "{\"workerId\":\"w\",\"taskNames\":[\"t\"],\"maxTasks\":101}",
            "{\"workerId\":\"w\",\"taskNames\":[\"t\"],\"waitSecs\":-1}",
            "{\"workerId\":\"w\",\"taskNames\":[\"t\"],\"waitSecs\":0.5}",
            "{\"workerId\":\"w\",\"taskNames\":[\"t\"],\"leaseSecs\":0.5}"
        }) {
            assertThat(http.post(claim, body).is(422).json().path("code").asText())
                    .as(body)
                    .isEqualTo("invalid-field");
        }
        String commands = "/api/v1/worker/commands";
        http.post(commands, "{\"workerId\":\"w\"}").is(422);
        http.post(commands, "{\"workerId\":\"w\",\"commands\":{}}").is(422);
        http.post(commands, "{\"commands\":[]}").is(422);
        http.post(commands + "?claim=x", "{\"workerId\":\"w\",\"commands\":[]}").is(400);
        http.post(commands + "?claim=1", "{\"workerId\":\"w\",\"commands\":[]}").is(422);
        http.post(commands, "{\"workerId\":\"w\",\"commands\":[]}").is(200);
    }

    @Test
    void commandsBringTheNextTasksAlong() {
        String first = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String second = http.start(task, "2");
        JsonNode answer = http.post(
                        "/api/v1/worker/commands?claim=5",
                        "{\"workerId\":\"w\",\"taskNames\":[\"" + task + "\"],\"commands\":["
                                + command(claimed, "complete", "\"result\":1") + "]}")
                .is(200)
                .json();
        is(answer.path("verdicts").get(0), "ok");
        assertThat(answer.path("tasks")).hasSize(1);
        assertThat(answer.path("tasks").get(0).path("executionId").asText()).isEqualTo(second);
        assertThat(http.ended(first).path("status").asText()).isEqualTo("completed");
        JsonNode none = http.post(
                        "/api/v1/worker/commands?claim=5",
                        "{\"workerId\":\"w\",\"taskNames\":[\"" + task + "\"],\"commands\":[]}")
                .is(200)
                .json();
        assertThat(none.path("tasks")).isEmpty();
    }

    @Test
    void deeplyNestedResultsAreStored() {
        String id = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String deep = "[".repeat(1000) + "]".repeat(1000);
        http.post(
                        "/api/v1/worker/commands",
                        "{\"workerId\":\"w\",\"commands\":[" + command(claimed, "complete", "\"result\":[" + deep + "]")
                                + "]}")
                .is(400);
        is(http.tell(claimed, "complete", "\"result\":" + deep), "ok");
        assertThat(http.get("/api/v1/executions/" + id + "/wait").is(200).body())
                .contains(deep);
    }
}
