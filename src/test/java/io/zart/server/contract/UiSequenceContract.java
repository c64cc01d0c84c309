package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the public web UI calls, in its order and with its bodies: every success but a 204 has a JSON body. */
abstract class UiSequenceContract {

    private static JsonNode json(Answer answer, int status) {
        answer.is(status);
        assertThat(answer.header("content-type").orElse("")).startsWith("application/json");
        return answer.json();
    }

    @Test
    void theCallsOfThePublicUiWork() {
        String prefix = Api.newId();
        String waiting = prefix + "-waiting";
        String dead = prefix + "-dead";
        Api.started(waiting, "approval", "{}");
        Api.started(dead, "dead", "{\"retry\":\"none\",\"healAfter\":2}");
        Api.ended(dead);
        Api.waitsFor(waiting, "event", "approval");

        JsonNode stats = json(Api.get("/api/v1/stats"), 200);
        assertThat(stats.path("failed").asInt()).isPositive();
        for (String sort : List.of("scheduled_at", "task_name", "status")) {
            JsonNode page = json(
                    Api.get("/api/v1/executions?limit=20&offset=0&sortBy=" + sort + "&sortOrder=asc&search=" + prefix),
                    200);
            assertThat(Admin.names(page, "durableExecutionId")).containsExactlyInAnyOrder(waiting, dead);
        }

        JsonNode detail = json(Api.get(Admin.path(dead) + "/detail"), 200);
        String run = detail.path("runs").get(0).path("runId").asText();
        JsonNode picked = json(Api.get(Admin.path(dead) + "/detail?runId=" + Api.encode(run)), 200);
        assertThat(picked.path("steps").get(0).path("retryable").asBoolean()).isTrue();
        assertThat(json(Admin.retryStep(dead, "doomed"), 200).path("newTaskId").asText())
                .isNotBlank();
        assertThat(Api.ended(dead).text("status")).isEqualTo("completed");

        assertThat(json(Api.event(waiting, "approval", "{\"ok\":true}"), 202)
                        .path("status")
                        .asText())
                .isEqualTo("delivered");
        assertThat(Api.ended(waiting).text("status")).isEqualTo("completed");

        assertThat(json(Admin.restart(waiting, "{}"), 200).path("newRunId").asText())
                .isEqualTo(waiting + ":run:1");
        Api.waitsFor(waiting, "event", "approval");
        assertThat(Api.cancel(waiting).is(204).body()).isEmpty();

        String mixed = Admin.ran("mixed", "{}", "completed");
        List<String> others = new ArrayList<>(Admin.names(Admin.detail(mixed).path("steps"), "name"));
        others.remove("beta");
        String preserve = "\"" + String.join("\",\"", others) + "\",\"a row that is no step\"";
        JsonNode rerun =
                json(Admin.rerun(mixed, "{\"rerunSteps\":[\"beta\"],\"preserveSteps\":[" + preserve + "]}"), 200);
        assertThat(rerun.path("newRunNumber").asInt()).isEqualTo(1);
        assertThat(Admin.names(rerun.path("effectiveRerun"), null)).containsExactly("beta");
        assertThat(Admin.names(rerun.path("potentiallyStale"), "preservedStep")).containsExactly("pause", "gamma");
        assertThat(Api.ended(mixed).text("status")).isEqualTo("completed");
        assertThat(json(Api.get(Admin.path(mixed) + "/runs"), 200)).hasSize(2);

        JsonNode rule = json(
                Admin.pause("{\"executionId\":\"" + prefix + "\",\"taskName\":null,\"stepPattern\":null,"
                        + "\"expiresAt\":null,\"triggeredBy\":\"ui\"}"),
                201);
        String ruleId = rule.path("ruleId").asText();
        assertThat(Admin.names(json(Api.get(Admin.ROOT + "/pause"), 200), "ruleId"))
                .contains(ruleId);
        assertThat(Admin.resume(ruleId).is(204).body()).isEmpty();
        assertThat(Admin.names(json(Api.get(Admin.ROOT + "/pause?includeDeleted=true"), 200), "ruleId"))
                .contains(ruleId);
    }
}
