package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** CONTRACT 11: rerun. */
abstract class RerunContract extends ServiceContract {

    @Test
    void namedStepsRunAgainAndTheOthersAreCarriedOver() {
        String id = Admin.ran("mixed", "{}", "completed");
        Answer answer = Admin.rerun(id, "{\"rerunSteps\":[\"alpha\"],\"triggeredBy\":\"ops\"}")
                .is(200);
        assertThat(answer.json().path("newRunNumber").asInt()).isEqualTo(1);
        assertThat(Admin.names(answer.json().path("effectiveRerun"), null)).containsExactly("alpha");
        JsonNode stale = answer.json().path("potentiallyStale");
        assertThat(Admin.names(stale, "preservedStep")).containsExactly("beta", "pause", "gamma");
        stale.forEach(each ->
                assertThat(Admin.names(each.path("possiblyDependsOn"), null)).containsExactly("alpha"));
        Answer end = Api.ended(id);
        assertThat(end.json().path("result").path("a").asText()).isEqualTo("a-2");
        assertThat(end.json().path("result").path("b").path("from").asText()).isEqualTo("a-1");
        JsonNode detail = Admin.detail(id);
        assertThat(Admin.names(detail.path("steps"), "name"))
                .containsExactly("captured", "alpha", "beta", "pause", "gamma");
        assertThat(detail.path("runs").get(1).path("trigger").asText()).isEqualTo("selectivererun");
        assertThat(detail.path("runs").get(1).path("triggeredBy").asText()).isEqualTo("ops");
    }

    @Test
    void carriedStepsKeepTheirAttempts() {
        String id = Admin.ran("flaky", "{\"failures\":2,\"delayMs\":5}", "completed");
        JsonNode before = Admin.step(Admin.detail(id), "flaky-step");
        Answer answer = Admin.rerun(id, "{}").is(200);
        assertThat(answer.json().path("effectiveRerun")).isEmpty();
        assertThat(answer.json().has("potentiallyStale")).isFalse();
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
        JsonNode after = Admin.step(Admin.detail(id), "flaky-step");
        assertThat(after.path("attempts")).isEqualTo(before.path("attempts"));
        assertThat(after.path("stepId").asText()).isEqualTo(id + ":run:1:step:flaky-step");
        Admin.rerun(id, "{}").is(200);
        Api.ended(id);
        assertThat(Admin.step(Admin.detail(id), "flaky-step").path("attempts")).isEqualTo(before.path("attempts"));
    }

    @Test
    void deadStepsAlwaysRunAgain() {
        String id = Admin.ran("dead", "{\"retry\":\"none\",\"healAfter\":2}", "failed");
        Answer answer = Admin.rerun(id, "{\"preserveSteps\":[\"doomed\"]}").is(200);
        assertThat(Admin.names(answer.json().path("effectiveRerun"), null)).containsExactly("doomed");
        assertThat(Api.ended(id).text("result")).isEqualTo("healed");
    }

    @Test
    void aCompletedStepNamedInBothIsPreserved() {
        String id = Admin.ran("mixed", "{}", "completed");
        Answer answer = Admin.rerun(
                        id, "{\"rerunSteps\":[\"alpha\",\"beta\"],\"preserveSteps\":[\"alpha\",\"no such step\"]}")
                .is(200);
        assertThat(Admin.names(answer.json().path("effectiveRerun"), null)).containsExactly("beta");
        assertThat(Api.ended(id).json().path("result").path("a").asText()).isEqualTo("a-1");
    }

    @Test
    void effectiveStepsAreInStepOrder() {
        String id = Admin.ran("five-steps", "null", "completed");
        Answer answer = Admin.rerun(id, "{\"rerunSteps\":[\"step-4\",\"step-2\",\"step-4\"]}")
                .is(200);
        assertThat(Admin.names(answer.json().path("effectiveRerun"), null)).containsExactly("step-2", "step-4");
        JsonNode stale = answer.json().path("potentiallyStale");
        assertThat(Admin.names(stale, "preservedStep")).containsExactly("step-3", "step-5");
        assertThat(Admin.names(stale.get(0).path("possiblyDependsOn"), null)).containsExactly("step-2");
        assertThat(Admin.names(stale.get(1).path("possiblyDependsOn"), null)).containsExactly("step-2", "step-4");
        assertThat(Api.ended(id).json().path("result").path("sum").asInt()).isEqualTo(15);
    }

    @Test
    void branchesOfOneGroupDoNotComeBeforeOneAnother() {
        String id = Admin.ran("parallel", "{}", "completed");
        Answer answer = Admin.rerun(id, "{\"rerunSteps\":[\"branch-2\"]}").is(200);
        JsonNode stale = answer.json().path("potentiallyStale");
        assertThat(Admin.names(stale, "preservedStep")).containsExactly("join");
        assertThat(Api.ended(id).json().path("result").path("sum").asInt()).isEqualTo(15);
        assertThat(Admin.names(Admin.detail(id).path("steps"), "name"))
                .containsExactly("branch-1", "branch-2", "branch-3", "branch-4", "branch-5", "join");
    }

    @Test
    void aDeadBranchThatWasCaughtRunsAgain() {
        String id = Admin.ran("parallel-err", "{}", "completed");
        Answer answer = Admin.rerun(id, "{}").is(200);
        assertThat(Admin.names(answer.json().path("effectiveRerun"), null)).containsExactly("bad");
        assertThat(answer.json().has("potentiallyStale")).isFalse();
        assertThat(Api.ended(id).json().path("result").get(0).path("ok").asText())
                .isEqualTo("good");
    }

    @Test
    void aSleepRunsAgain() {
        String id = Admin.ran("mixed", "{\"sleepMs\":150}", "completed");
        Admin.rerun(id, "{\"rerunSteps\":[\"pause\"]}").is(200);
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
        JsonNode first = Admin.step(Admin.detail(id, 0), "pause");
        JsonNode second = Admin.step(Admin.detail(id, 1), "pause");
        assertThat(second.path("completedAt").asText())
                .isGreaterThan(first.path("completedAt").asText());
    }

    @Test
    void aCaptureRunsAgainOrIsCarried() {
        String id = Admin.ran("mixed", "{}", "completed");
        Answer answer = Admin.rerun(id, "{\"rerunSteps\":[\"captured\"]}").is(200);
        assertThat(Admin.names(answer.json().path("effectiveRerun"), null)).containsExactly("captured");
        assertThat(Api.ended(id).json().path("result").path("c").asInt()).isEqualTo(42);
    }

    @Test
    void anEventWaitRunsAgainAndTakesANewEvent() {
        String id = Api.active();
        Api.event(id, "approval", "1").is(202);
        Api.ended(id);
        Admin.rerun(id, "{\"rerunSteps\":[\"approval\",\"finalize\"]}").is(200);
        Api.waitsFor(id, "event", "approval");
        Api.event(id, "approval", "2").is(202);
        assertThat(Api.ended(id)
                        .json()
                        .path("result")
                        .path("final")
                        .path("event")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void aCarriedEventWaitKeepsItsEvent() {
        String id = Api.active();
        Api.event(id, "approval", "1").is(202);
        Api.ended(id);
        Admin.rerun(id, "{\"rerunSteps\":[\"finalize\"]}").is(200);
        assertThat(Api.ended(id)
                        .json()
                        .path("result")
                        .path("final")
                        .path("event")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void anUnknownNameInRerunStepsIs422AndIsNamed() {
        String id = Admin.ran("mixed", "{}", "completed");
        Admin.rerun(id, "{\"rerunSteps\":[\"alpha\",\"nobody\"]}").isProblem(422, "nobody");
        assertThat(Api.get(Api.path(id)).json().path("runIndex").asInt()).isZero();
    }

    @Test
    void aWrongTypeIs422() {
        String id = Api.completed();
        Admin.rerun(id, "{\"rerunSteps\":\"alpha\"}").isProblem(422, "rerunSteps");
        Admin.rerun(id, "{\"preserveSteps\":[1]}").isProblem(422, "preserveSteps");
        Api.post(Admin.path(id) + "/rerun?dryRun=maybe", "{}").isProblem(400, "dryRun");
    }

    @Test
    void anUnknownExecutionIs404() {
        Admin.rerun(Api.newId(), "{}").isProblem(404);
        Api.post(Admin.path(Api.newId()) + "/rerun?dryRun=true", "{}").isProblem(404);
    }

    @Test
    void aDryRunAnswersWithoutDoingIt() {
        String id = Admin.ran("five-steps", "null", "completed");
        String body = "{\"rerunSteps\":[\"step-2\"]}";
        Answer dry = Api.post(Admin.path(id) + "/rerun?dryRun=true", body).is(200);
        assertThat(Api.get(Api.path(id)).json().path("runIndex").asInt()).isZero();
        assertThat(Admin.rerun(id, body).is(200).json()).isEqualTo(dry.json());
        Api.ended(id);
    }

    @Test
    void anActiveRunIsCancelledAndItsCompletedStepsAreCarried() {
        String id = Api.active();
        Answer answer = Admin.rerun(id, "{}").is(200);
        assertThat(answer.json().path("effectiveRerun")).isEmpty();
        Api.waitsFor(id, "event", "approval");
        JsonNode detail = Admin.detail(id);
        assertThat(detail.path("runs").get(0).path("status").asText()).isEqualTo("cancelled");
        assertThat(Admin.step(detail, "prepare").path("status").asText()).isEqualTo("completed");
        Api.event(id, "approval", "3").is(202);
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
    }

    @Test
    void aStepInWorkIsFencedAndRunsInTheNewRun() {
        String id = Api.newId();
        Api.started(id, "slow", "{\"ms\":400}");
        Admin.rerun(id, "{}").is(200);
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
        assertThat(Admin.detail(id, 0).path("steps")).isEmpty();
        assertThat(Admin.detail(id, 1).path("steps")).hasSize(2);
    }

    @Test
    void carriedStepsCanBeRerunLater() {
        String id = Admin.ran("mixed", "{}", "completed");
        Admin.rerun(id, "{\"rerunSteps\":[\"gamma\"]}").is(200);
        Api.ended(id);
        Admin.rerun(id, "{\"rerunSteps\":[\"alpha\"]}").is(200);
        assertThat(Api.ended(id).json().path("result").path("a").asText()).isEqualTo("a-2");
    }
}
