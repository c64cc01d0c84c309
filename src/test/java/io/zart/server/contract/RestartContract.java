package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** CONTRACT 11: restart. */
abstract class RestartContract extends ServiceContract {

    @Test
    void aRestartBeginsANewRunWithTheOldPayload() {
        String id = Admin.ran("echo", "{\"b\":1.0,\"a\":[1e3]}", "completed");
        for (String body : new String[] {"{}", "", "{\"payload\":null}"}) {
            Admin.restart(id, body).is(200);
            assertThat(Api.ended(id).raw("result")).isEqualTo("{\"b\":1.0,\"a\":[1e3]}");
        }
        assertThat(Api.get(Api.path(id)).json().path("runIndex").asInt()).isEqualTo(3);
    }

    @Test
    void theAnswerNamesTheNewRun() {
        String id = Api.completed();
        assertThat(Admin.restart(id, "{}").is(200).text("newRunId")).isEqualTo(id + ":run:1");
        assertThat(Admin.restart(id, "{}").is(200).text("newRunId")).isEqualTo(id + ":run:2");
    }

    @Test
    void aRestartWithAPayloadUsesIt() {
        String id = Api.completed();
        Admin.restart(id, "{\"payload\":{\"n\":2},\"triggeredBy\":\"ops\"}").is(200);
        assertThat(Api.ended(id).raw("result")).isEqualTo("{\"n\":2}");
        JsonNode runs = Api.get(Admin.path(id) + "/runs").json();
        assertThat(runs.get(0).path("payload").asInt()).isEqualTo(1);
        assertThat(runs.get(1).path("triggeredBy").asText()).isEqualTo("ops");
        assertThat(runs.get(1).path("trigger").asText()).isEqualTo("restart");
    }

    @Test
    void everyTerminalStateCanBeRestarted() {
        for (String id : new String[] {Api.completed(), Api.failed(), Api.cancelled()}) {
            Admin.restart(id, "{}").is(200);
            assertThat(Api.get(Api.path(id)).json().path("runIndex").asInt()).isEqualTo(1);
            Api.cancel(id);
        }
    }

    @Test
    void theRunThatEndedKeepsWhatItWas() {
        String id = Admin.ran("dead", "{\"retry\":\"none\",\"healAfter\":2}", "failed");
        Admin.restart(id, "{}").is(200);
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
        JsonNode runs = Api.get(Admin.path(id) + "/runs").json();
        assertThat(runs.get(0).path("status").asText()).isEqualTo("failed");
        assertThat(runs.get(0).path("error").path("message").asText()).isEqualTo("boom on attempt 0");
        assertThat(runs.get(0).path("completedAt").isNull()).isFalse();
        assertThat(runs.get(1).path("status").asText()).isEqualTo("completed");
    }

    @Test
    void anActiveRunIsCancelledFirst() {
        String id = Api.active();
        Admin.restart(id, "{}").is(200);
        Api.waitsFor(id, "event", "approval");
        JsonNode runs = Api.get(Admin.path(id) + "/runs").json();
        assertThat(runs.get(0).path("status").asText()).isEqualTo("cancelled");
        assertThat(runs.get(0).path("completedAt").isNull()).isFalse();
        Api.event(id, "approval", "7").is(202);
        assertThat(Api.ended(id)
                        .json()
                        .path("result")
                        .path("final")
                        .path("event")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void whatTheOldRunStillDoesCannotReachTheNewRun() {
        String id = Api.newId();
        Api.started(id, "slow", "{\"ms\":400}");
        Admin.restart(id, "{\"payload\":{\"ms\":1200}}").is(200);
        Answer end = Api.ended(id);
        assertThat(end.text("status")).isEqualTo("completed");
        assertThat(Admin.detail(id, 0).path("steps")).isEmpty();
        JsonNode attempt =
                Admin.step(Admin.detail(id, 1), "slow").path("attempts").get(0);
        assertThat(java.time.Duration.between(
                                java.time.Instant.parse(
                                        attempt.path("startedAt").asText()),
                                java.time.Instant.parse(
                                        attempt.path("completedAt").asText()))
                        .toMillis())
                .isGreaterThanOrEqualTo(1190);
    }

    @Test
    void aWaitGoesOnWhenARestartReplacesTheRun() {
        String id = Api.active();
        var wait = Api.getAsync(Api.path(id) + "/wait");
        Admin.restart(id, "{}").is(200);
        Api.cancel(id);
        Answer answer = wait.join().is(200);
        assertThat(answer.text("status")).isEqualTo("cancelled");
        assertThat(answer.json().path("runIndex").asInt()).isEqualTo(1);
    }

    @Test
    void anUnknownExecutionIs404() {
        Admin.restart(Api.newId(), "{}").isProblem(404);
    }

    @Test
    void eventsThatNoWaitHasTakenStayForTheNextRun() {
        String id = Api.newId();
        Api.started(id, "two-events", "null");
        Api.waitsFor(id, "event", "first");
        Api.event(id, "second", "\"kept\"").is(202);
        Admin.restart(id, "{}").is(200);
        Api.waitsFor(id, "event", "first");
        Api.event(id, "first", "\"new\"").is(202);
        assertThat(Api.ended(id).raw("result")).isEqualTo("[\"new\",\"kept\"]");
    }

    @Test
    void theCountsAddUpAfterARestart() {
        String id = Api.completed();
        long before = total();
        Admin.restart(id, "{}").is(200);
        Api.ended(id);
        assertThat(total()).isEqualTo(before);
    }

    private static long total() {
        JsonNode stats = Api.get("/api/v1/stats").is(200).json();
        long sum = 0;
        for (JsonNode count : stats) {
            assertThat(count.asLong()).isGreaterThanOrEqualTo(0);
            sum += count.asLong();
        }
        return sum;
    }
}
