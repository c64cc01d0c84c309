package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** CONTRACT 10: retry-step. */
abstract class RetryStepContract extends ServiceContract {

    @Test
    void aRetryHealsTheRunInPlace() {
        String id = Admin.ran("dead", "{\"healAfter\":4,\"retries\":1,\"delayMs\":5}", "failed");
        Answer retried = Admin.retryStep(id, "doomed").is(200);
        assertThat(retried.text("newTaskId")).isNotBlank();
        // Two attempts failed; the policy begins again: the third fails, the fourth heals.
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
        assertThat(Api.get(Api.path(id)).text("result")).isEqualTo("healed");
        JsonNode detail = Admin.detail(id);
        assertThat(detail.path("runs")).hasSize(1);
        JsonNode step = Admin.step(detail, "doomed");
        assertThat(step.path("status").asText()).isEqualTo("completed");
        assertThat(step.path("retryAttempt").asInt()).isEqualTo(1);
        assertThat(Admin.names(step.path("attempts"), "attemptNumber")).containsExactly("1", "2", "3", "4");
        assertThat(Admin.names(step.path("attempts"), "status"))
                .containsExactly("failed", "failed", "failed", "completed");
        assertThat(Admin.names(step.path("attempts"), "error"))
                .containsExactly("boom on attempt 0", "boom on attempt 1", "boom on attempt 2", "null");
    }

    @Test
    void aRetryThatFailsAgainCanBeRetriedAgain() {
        String id = Admin.ran("dead", "{\"retry\":\"none\",\"healAfter\":3}", "failed");
        Admin.retryStep(id, "doomed").is(200);
        assertThat(Api.ended(id).text("status")).isEqualTo("failed");
        Admin.retryStep(id, "doomed").is(200);
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
    }

    @Test
    void anEventWaitThatTimedOutIsWaitedForAnew() {
        String id = Admin.ran("approval", "{\"timeoutSecs\":0.3}", "failed");
        Admin.retryStep(id, "approval").is(200);
        // Nothing comes: its time begins again, and so does the wait.
        assertThat(Api.ended(id).text("status")).isEqualTo("failed");
        JsonNode step = Admin.step(Admin.detail(id), "approval");
        assertThat(step.path("status").asText()).isEqualTo("dead");
        assertThat(step.path("lastError").asText()).contains("did not arrive in time");
        assertThat(Admin.names(step.path("attempts"), "attemptNumber")).containsExactly("1", "2");
        assertThat(Admin.names(step.path("attempts"), "status")).containsExactly("failed", "failed");
    }

    @Test
    void theVersionGoesUpAndTheCountsFollow() {
        String id = Admin.ran("dead", "{\"retry\":\"none\",\"healAfter\":2}", "failed");
        int version = Api.get(Api.path(id)).json().path("version").asInt();
        Admin.retryStep(id, "doomed").is(200);
        Answer end = Api.ended(id);
        assertThat(end.json().path("version").asInt()).isGreaterThan(version + 1);
    }

    @Test
    void anUnknownExecutionOrStepIs404() {
        Admin.retryStep(Api.newId(), "doomed").isProblem(404, "execution");
        String id = Admin.ran("dead", "{\"retry\":\"none\"}", "failed");
        Admin.retryStep(id, "nobody").isProblem(404, "nobody");
        Admin.retryStep(Api.completed(), "nobody").isProblem(404, "nobody");
    }

    @Test
    void aStepThatIsNotDeadIs409() {
        String id = Admin.ran("panicky", "{\"where\":\"step\"}", "failed");
        Admin.retryStep(id, "panics").is(200);
        Api.ended(id);
        String completed = Admin.ran("five-steps", "null", "completed");
        Admin.retryStep(completed, "step-1").isProblem(409, "completed");
    }

    @Test
    void anActiveCompletedOrCancelledExecutionIs409ThatSaysSo() {
        Admin.retryStep(Admin.ran("catch-error", "null", "completed"), "may-fail")
                .isProblem(409, "completed");
        String active = Api.active();
        Admin.retryStep(active, "prepare").isProblem(409, "running");
        Api.cancel(active).is(204);
        Admin.retryStep(active, "prepare").isProblem(409, "cancelled");
    }

    @Test
    void aMissingOrWrongStepNameIs422AndABrokenBody400() {
        String id = Admin.ran("dead", "{\"retry\":\"none\"}", "failed");
        String path = Admin.path(id) + "/retry-step";
        Api.post(path, "{}").isProblem(422, "stepName");
        Api.post(path, "{\"stepName\":1}").isProblem(422, "stepName");
        Api.post(path, "{\"stepName\":\"doomed\",\"triggeredBy\":[]}").isProblem(422, "triggeredBy");
        Api.post(path, "{\"stepName\":\"a\\u0000b\"}").isProblem(422, "stepName");
        Api.post(path, "{").isProblem(400);
        Api.post(path, "{\"stepName\":\"doomed\"}", "Content-Type", "text/plain")
                .isProblem(415);
    }

    @Test
    void ofManyRetriesAtOnceExactlyOneSucceeds() {
        for (int round = 0; round < 5; round++) {
            String id = Admin.ran("dead", "{\"retry\":\"none\",\"healAfter\":2}", "failed");
            List<CompletableFuture<Answer>> answers = IntStream.range(0, 8)
                    .mapToObj(i -> Api.postAsync(Admin.path(id) + "/retry-step", "{\"stepName\":\"doomed\"}"))
                    .toList();
            List<Integer> statuses =
                    answers.stream().map(answer -> answer.join().status()).toList();
            assertThat(statuses).containsOnly(200, 409).containsOnlyOnce(200);
            assertThat(Api.ended(id).text("status")).isEqualTo("completed");
            assertThat(Admin.step(Admin.detail(id), "doomed").path("attempts")).hasSize(2);
        }
    }

    @Test
    void theRunIsRunningAgainAndItsErrorIsGone() {
        String id = Admin.ran("dead", "{\"retry\":\"none\",\"healAfter\":9}", "failed");
        String pause = Admin.paused("{\"executionId\":\"" + id + "\"}");
        Admin.retryStep(id, "doomed").is(200);
        Answer now = Api.get(Api.path(id)).is(200);
        assertThat(now.text("status")).isEqualTo("running");
        assertThat(now.raw("error")).isEqualTo("null");
        assertThat(now.raw("completedAt")).isEqualTo("null");
        JsonNode step = Admin.step(Admin.detail(id), "doomed");
        assertThat(step.path("status").asText()).isEqualTo("scheduled");
        assertThat(step.path("retryAttempt").asInt()).isZero();
        assertThat(step.path("attempts")).hasSize(1);
        assertThat(step.path("retryable").asBoolean(true)).isFalse();
        Admin.resume(pause).is(204);
        assertThat(Api.ended(id).text("status")).isEqualTo("failed");
    }
}
