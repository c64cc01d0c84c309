package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One act on many executions, done by a durable execution. */
abstract class BulkContract {

    private static List<String> some(int count, String prefix, String task, String payload) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = prefix + "-" + i;
            Api.started(id, task, payload);
            ids.add(id);
        }
        return ids;
    }

    private static Answer bulk(String operation, String body) {
        return Api.post(Admin.ROOT + "/bulk/" + operation, body);
    }

    private static JsonNode done(String operation, String body) {
        Answer accepted = bulk(operation, body).is(202);
        String id = accepted.text("executionId");
        assertThat(accepted.header("location").orElse("")).endsWith(Api.path(id));
        Answer end = Api.ended(id);
        assertThat(end.text("status")).as(end.body()).isEqualTo("completed");
        return end.json().path("result");
    }

    @Test
    void aBulkCancelCancelsWhatMatchesAndNothingElse() {
        String prefix = Api.newId();
        List<String> ids = some(25, prefix, "approval", "{}");
        String other = Api.active();
        JsonNode result = done("cancel", "{\"search\":\"" + prefix + "\",\"triggeredBy\":\"ann\",\"reason\":\"r\"}");
        assertThat(result.path("operation").asText()).isEqualTo("cancel");
        assertThat(result.path("matching").asInt()).isEqualTo(25);
        assertThat(result.path("done").asInt()).isEqualTo(25);
        assertThat(result.path("skipped").asInt()).isZero();
        ids.forEach(id -> assertThat(Api.get(Api.path(id)).text("status")).isEqualTo("cancelled"));
        assertThat(Api.get(Api.path(other)).text("status")).isEqualTo("running");
        JsonNode entry = AuditContract.audit(ids.get(3)).get(0);
        assertThat(entry.path("operation").asText()).isEqualTo("cancel");
        assertThat(entry.path("triggeredBy").asText()).isEqualTo("ann");
        assertThat(entry.path("bulkId").asText()).isNotBlank();
        Api.cancel(other);
    }

    @Test
    void aBulkRestartUsesTheFieldsOfTheOperation() {
        String prefix = Api.newId();
        List<String> ids = some(5, prefix, "echo", "1");
        ids.forEach(Api::ended);
        JsonNode result =
                done("restart", "{\"status\":\"completed\",\"search\":\"" + prefix + "\",\"payload\":{\"x\":1.0}}");
        assertThat(result.path("done").asInt()).isEqualTo(5);
        ids.forEach(id -> {
            assertThat(Api.ended(id).raw("result")).isEqualTo("{\"x\":1.0}");
            assertThat(Api.get(Api.path(id)).json().path("runIndex").asInt()).isEqualTo(1);
        });
    }

    @Test
    void aBulkRetryTakesTheStepThatFailedTheRunAndSkipsWhatHasNone() {
        String prefix = Api.newId();
        List<String> dead = some(4, prefix + "-dead", "dead", "{\"retry\":\"none\",\"healAfter\":2}");
        List<String> panicky = some(2, prefix + "-panicky", "panicky", "{}");
        dead.forEach(Api::ended);
        panicky.forEach(Api::ended);
        JsonNode result = done("retry-step", "{\"status\":\"failed\",\"search\":\"" + prefix + "\"}");
        assertThat(result.path("matching").asInt()).isEqualTo(6);
        assertThat(result.path("done").asInt()).isEqualTo(4);
        assertThat(result.path("skipped").asInt()).isEqualTo(2);
        dead.forEach(id -> assertThat(Api.ended(id).text("status")).isEqualTo("completed"));
        panicky.forEach(id -> assertThat(Api.get(Api.path(id)).text("status")).isEqualTo("failed"));
    }

    @Test
    void aBulkRerunRerunsTheNamedSteps() {
        String prefix = Api.newId();
        List<String> ids = some(3, prefix, "mixed", "{\"sleepMs\":1}");
        ids.forEach(Api::ended);
        JsonNode result = done("rerun", "{\"search\":\"" + prefix + "\",\"rerunSteps\":[\"alpha\"]}");
        assertThat(result.path("done").asInt()).isEqualTo(3);
        ids.forEach(
                id -> assertThat(Api.ended(id).json().path("result").path("a").asText())
                        .isEqualTo("a-2"));
    }

    @Test
    void aDryRunOnlyCounts() {
        String prefix = Api.newId();
        List<String> ids = some(3, prefix, "approval", "{}");
        String body = "{\"search\":\"" + prefix + "\",\"taskName\":\"APPRO\"}";
        Answer counted = Api.post(Admin.ROOT + "/bulk/cancel?dryRun=true", body).is(200);
        assertThat(counted.json().path("matching").asInt()).isEqualTo(3);
        assertThat(bulk("cancel", body.replace("}", ",\"dryRun\":true}"))
                        .is(200)
                        .json()
                        .path("matching")
                        .asInt())
                .isEqualTo(3);
        ids.forEach(id -> {
            assertThat(Api.get(Api.path(id)).text("status")).isIn("scheduled", "running");
            Api.cancel(id);
        });
    }

    @Test
    void progressIsReadAtTheExecutionAndItIsThrottled() {
        String prefix = Api.newId();
        some(6, prefix, "approval", "{}");
        String id = bulk("cancel", "{\"search\":\"" + prefix + "\",\"ratePerSecond\":3}")
                .is(202)
                .text("executionId");
        assertThat(Api.ended(id).json().path("result").path("done").asInt()).isEqualTo(6);
        JsonNode steps = Admin.detail(id).path("steps");
        assertThat(Admin.names(steps, "name")).containsExactly("plan", "page", "page#2", "page#3");
        assertThat(steps.get(0).path("result").path("matching").asInt()).isEqualTo(6);
        assertThat(steps.get(1).path("result").path("done").asInt()).isEqualTo(3);
        assertThat(Admin.names(AuditContract.audit(id), "operation")).containsExactly("bulk");
    }

    @Test
    void aBulkOperationNeverMatchesItself() {
        String id = Api.newId();
        String bulk = bulk("cancel", "{\"taskName\":\"zart.bulk\"}").is(202).text("executionId");
        JsonNode result = Api.ended(bulk).json();
        assertThat(result.path("status").asText()).as(id).isEqualTo("completed");
        assertThat(result.path("result").path("matching").asInt()).isZero();
    }

    @Test
    void whatIsNotAcceptableIsRefused() {
        bulk("cancel", "{}").isProblem(422, "status");
        bulk("cancel", "{\"status\":\"sleeping\"}").isProblem(422, "status");
        bulk("cancel", "{\"from\":\"yesterday\"}").isProblem(422, "from");
        bulk("cancel", "{\"status\":\"running\",\"ratePerSecond\":0}").isProblem(422, "ratePerSecond");
        bulk("rerun", "{\"status\":\"failed\",\"rerunSteps\":1}").isProblem(422, "rerunSteps");
        bulk("cancel", "").isProblem(400);
        bulk("explode", "{\"status\":\"running\"}").isProblem(404);
        Api.start("{\"taskName\":\"zart.bulk\"}").isProblem(422, "taskName");
    }
}
