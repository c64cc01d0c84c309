package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CONTRACT 3 and 9: detail and runs. */
abstract class DetailContract extends ServiceContract {

    @Test
    void detailHoldsTheExecutionItsRunsAndTheStepsOfTheCurrentRun() {
        String id = Admin.ran("five-steps", "null", "completed");
        JsonNode detail = Admin.detail(id);
        assertThat(detail.path("execution")).isEqualTo(Api.get(Api.path(id)).json());
        assertThat(detail.path("runs")).hasSize(1);
        assertThat(Admin.names(detail.path("steps"), "name"))
                .containsExactly("step-1", "step-2", "step-3", "step-4", "step-5");
    }

    @Test
    void aRunHasEveryMember() {
        String id = Admin.ran("echo", "{\"b\":1.0,\"a\":2}", "completed");
        Answer answer = Api.get(Admin.path(id) + "/runs").is(200);
        JsonNode run = answer.json().get(0);
        List<String> members = new ArrayList<>();
        run.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactlyInAnyOrder(
                        "runId",
                        "executionId",
                        "runIndex",
                        "payload",
                        "status",
                        "result",
                        "startedAt",
                        "completedAt",
                        "trigger",
                        "error",
                        "triggeredBy");
        assertThat(run.path("runId").asText()).isEqualTo(id + ":run:0");
        assertThat(run.path("executionId").asText()).isEqualTo(id);
        assertThat(run.path("runIndex").asInt()).isZero();
        assertThat(run.path("status").asText()).isEqualTo("completed");
        assertThat(run.path("trigger").asText()).isEqualTo("initial");
        assertThat(run.path("error").isNull()).isTrue();
        assertThat(Instant.parse(run.path("completedAt").asText()))
                .isAfterOrEqualTo(Instant.parse(run.path("startedAt").asText()));
        assertThat(answer.body()).contains("\"payload\":{\"b\":1.0,\"a\":2}", "\"result\":{\"b\":1.0,\"a\":2}");
    }

    @Test
    void aStepHasEveryMember() {
        String id = Admin.ran("five-steps", "null", "completed");
        JsonNode step = Admin.detail(id).path("steps").get(2);
        List<String> members = new ArrayList<>();
        step.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .contains(
                        "stepId",
                        "name",
                        "kind",
                        "status",
                        "retryAttempt",
                        "result",
                        "lastError",
                        "retryable",
                        "scheduledAt",
                        "completedAt",
                        "attempts");
        assertThat(step.path("stepId").asText()).isEqualTo(id + ":run:0:step:step-3");
        assertThat(step.path("kind").asText()).isEqualTo("step");
        assertThat(step.path("status").asText()).isEqualTo("completed");
        assertThat(step.path("retryAttempt").asInt()).isZero();
        assertThat(step.path("result").asInt()).isEqualTo(3);
        assertThat(step.path("lastError").isNull()).isTrue();
        assertThat(step.path("retryable").asBoolean(true)).isFalse();
        assertThat(step.path("attempts")).hasSize(1);
        JsonNode attempt = step.path("attempts").get(0);
        assertThat(attempt.path("attemptNumber").asInt()).isEqualTo(1);
        assertThat(attempt.path("status").asText()).isEqualTo("completed");
        assertThat(attempt.path("result").asInt()).isEqualTo(3);
        assertThat(attempt.path("error").isNull()).isTrue();
    }

    @Test
    void everyAttemptIsThereWithItsErrorAndItsTimes() {
        String id = Admin.ran("flaky", "{\"failures\":2,\"delayMs\":20}", "completed");
        JsonNode step = Admin.step(Admin.detail(id), "flaky-step");
        assertThat(step.path("retryAttempt").asInt()).isEqualTo(2);
        assertThat(step.path("lastError").asText()).isEqualTo("boom on attempt 1");
        JsonNode attempts = step.path("attempts");
        assertThat(Admin.names(attempts, "attemptNumber")).containsExactly("1", "2", "3");
        assertThat(Admin.names(attempts, "status")).containsExactly("failed", "failed", "completed");
        assertThat(Admin.names(attempts, "error")).containsExactly("boom on attempt 0", "boom on attempt 1", "null");
        assertThat(attempts.get(2).path("result")).isEqualTo(step.path("result"));
        for (int i = 1; i < 3; i++) {
            assertThat(Instant.parse(attempts.get(i).path("startedAt").asText()))
                    .as("attempt %d begins after the one before has ended", i + 1)
                    .isAfterOrEqualTo(Instant.parse(
                            attempts.get(i - 1).path("completedAt").asText()));
        }
    }

    @Test
    void theDurationOfAnAttemptCanBeReadFromItsTimes() {
        String id = Admin.ran("slow", "{\"ms\":300}", "completed");
        JsonNode attempt = Admin.step(Admin.detail(id), "slow").path("attempts").get(0);
        Duration took = Duration.between(
                Instant.parse(attempt.path("startedAt").asText()),
                Instant.parse(attempt.path("completedAt").asText()));
        assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(290));
    }

    @Test
    void aDeadStepOfTheFailedCurrentRunIsRetryable() {
        String id = Admin.ran("dead", "{\"retries\":1,\"delayMs\":5}", "failed");
        JsonNode step = Admin.step(Admin.detail(id), "doomed");
        assertThat(step.path("status").asText()).isEqualTo("dead");
        assertThat(step.path("retryable").asBoolean()).isTrue();
        assertThat(step.path("retryAttempt").asInt()).isEqualTo(2);
        assertThat(step.path("lastError").asText()).isEqualTo("boom on attempt 1");
        assertThat(step.path("result").isNull()).isTrue();
    }

    @Test
    void aStepWhoseErrorTheBodyCaughtIsDeadAndNotRetryable() {
        String id = Admin.ran("catch-error", "null", "completed");
        JsonNode step = Admin.step(Admin.detail(id), "may-fail");
        assertThat(step.path("status").asText()).isEqualTo("dead");
        assertThat(step.path("retryable").asBoolean(true)).isFalse();
    }

    @Test
    void anEventWaitThatTimedOutIsDead() {
        String id = Admin.ran("catch-deadline", "null", "completed");
        JsonNode step = Admin.step(Admin.detail(id), "approval");
        assertThat(step.path("kind").asText()).isEqualTo("waitforevent");
        assertThat(step.path("status").asText()).isEqualTo("dead");
    }

    @Test
    void theKindsAreNamed() {
        String id = Admin.ran("mixed", "{}", "completed");
        JsonNode steps = Admin.detail(id).path("steps");
        assertThat(Admin.names(steps, "name")).containsExactly("captured", "alpha", "beta", "pause", "gamma");
        assertThat(Admin.names(steps, "kind")).containsExactly("capture", "step", "step", "sleep", "step");
    }

    @Test
    void branchesAreStepsInTheOrderOfTheCode() {
        String id = Admin.ran("parallel", "{\"ms\":20}", "completed");
        assertThat(Admin.names(Admin.detail(id).path("steps"), "name"))
                .containsExactly("branch-1", "branch-2", "branch-3", "branch-4", "branch-5", "join");
    }

    @Test
    void aNameUsedAgainHasItsNumber() {
        String id = Admin.ran("loop", "{\"n\":3}", "completed");
        assertThat(Admin.names(Admin.detail(id).path("steps"), "name")).containsExactly("item", "item#2", "item#3");
    }

    @Test
    void aParkedExecutionShowsWhatItWaitsForAndTheOpenStep() {
        String id = Api.active();
        JsonNode detail = Admin.detail(id);
        assertThat(detail.path("execution").path("waiting").path("kind").asText())
                .isEqualTo("event");
        JsonNode wait = Admin.step(detail, "approval");
        assertThat(wait.path("status").asText()).isEqualTo("scheduled");
        assertThat(wait.path("completedAt").isNull()).isTrue();
        assertThat(wait.path("attempts")).isEmpty();
        Api.cancel(id);
    }

    @Test
    void aStepThatOnlyFailedSoFarIsListedAsScheduled() {
        String id = Api.newId();
        Api.started(id, "flaky", "{\"delayMs\":60000}");
        Api.waitsFor(id, "retry", "flaky-step");
        JsonNode step = Admin.step(Admin.detail(id), "flaky-step");
        assertThat(step.path("status").asText()).isEqualTo("scheduled");
        assertThat(step.path("retryAttempt").asInt()).isEqualTo(1);
        assertThat(step.path("lastError").asText()).isEqualTo("boom on attempt 0");
        assertThat(step.path("attempts")).hasSize(1);
        Api.cancel(id);
    }

    @Test
    void runIdPicksTheRunWhoseStepsAreShown() {
        String id = Admin.ran("mixed", "{}", "completed");
        Admin.restart(id, "{}").is(200);
        Api.ended(id);
        assertThat(Admin.step(Admin.detail(id, 0), "alpha").path("result").asText())
                .isEqualTo("a-1");
        assertThat(Admin.step(Admin.detail(id, 1), "alpha").path("result").asText())
                .isEqualTo("a-2");
        assertThat(Admin.step(Admin.detail(id), "alpha").path("stepId").asText())
                .isEqualTo(id + ":run:1:step:alpha");
        assertThat(Admin.detail(id, 0).path("runs")).hasSize(2);
    }

    @Test
    void aRunIdThatIsNoneOfThisExecutionIs404() {
        String id = Api.completed();
        for (String run : List.of(id + ":run:1", id + ":run:-1", id + ":run:00", id + ":run:x", "other:run:0", "0")) {
            Api.get(Admin.path(id) + "/detail?runId=" + Api.encode(run)).isProblem(404, run);
        }
    }

    @Test
    void unknownExecutionsAre404() {
        Api.get(Admin.path(Api.newId()) + "/detail").isProblem(404);
        Api.get(Admin.path(Api.newId()) + "/runs").isProblem(404);
    }

    @Test
    void idsWithASlashAreDecodedOnce() {
        String id = Api.newId() + "/a%2Fb c";
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"echo\"}").is(201);
        Api.ended(id);
        assertThat(Admin.detail(id).path("runs").get(0).path("runId").asText()).isEqualTo(id + ":run:0");
    }

    @Test
    void runsAreAscending() {
        String id = Admin.ran("echo", "1", "completed");
        for (int i = 0; i < 3; i++) {
            Admin.restart(id, "{}").is(200);
            Api.ended(id);
        }
        JsonNode runs = Api.get(Admin.path(id) + "/runs").is(200).json();
        assertThat(Admin.names(runs, "runIndex")).containsExactly("0", "1", "2", "3");
        assertThat(Admin.names(runs, "trigger")).containsExactly("initial", "restart", "restart", "restart");
        assertThat(runs).isEqualTo(Admin.detail(id).path("runs"));
    }

    @Test
    void aStepInWorkIsListedAsRunning() {
        String id = Api.newId();
        Api.started(id, "slow", "{\"ms\":9000}");
        JsonNode step = Admin.stepIs(id, "slow", "running");
        assertThat(step.path("kind").asText()).isEqualTo("step");
        assertThat(step.path("attempts")).isEmpty();
        Api.cancel(id);
    }
}
