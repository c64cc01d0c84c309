package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CONTRACT 12: pause rules. */
abstract class PauseContract extends ServiceContract {

    private static final Duration WITHIN_A_SECOND = Duration.ofSeconds(1);

    @Test
    void aRuleHasEveryMember() {
        String id = Api.newId();
        String expiry = Instant.now().plusSeconds(3600).truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + "";
        Answer answer = Admin.pause(
                        "{\"executionId\":\"" + id + "\",\"taskName\":\"echo\",\"stepPattern\":\"a*\",\"expiresAt\":\""
                                + expiry + "\",\"triggeredBy\":\"ann\",\"reason\":\"because\"}")
                .is(201);
        JsonNode rule = answer.json();
        List<String> members = new ArrayList<>();
        rule.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactlyInAnyOrder(
                        "ruleId",
                        "executionId",
                        "taskName",
                        "stepPattern",
                        "createdAt",
                        "expiresAt",
                        "createdBy",
                        "deletedAt",
                        "reason");
        assertThat(rule.path("executionId").asText()).isEqualTo(id);
        assertThat(rule.path("taskName").asText()).isEqualTo("echo");
        assertThat(rule.path("stepPattern").asText()).isEqualTo("a*");
        assertThat(rule.path("expiresAt").asText()).isEqualTo(expiry);
        assertThat(rule.path("createdBy").asText()).isEqualTo("ann");
        assertThat(rule.path("reason").asText()).isEqualTo("because");
        assertThat(rule.path("deletedAt").isNull()).isTrue();
        Admin.resume(rule.path("ruleId").asText()).is(204);
    }

    @Test
    void aRuleWithoutAPatternHoldsTheBodyOfAnExecution() {
        String id = Api.newId();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\"}");
        Api.started(id, "five-steps", "null");
        Answer held = Api.waitsFor(id, "paused", rule);
        assertThat(held.text("status")).isEqualTo("scheduled");
        assertThat(held.raw("startedAt")).isEqualTo("null");
        assertThat(Admin.detail(id).path("steps")).isEmpty();
        Admin.resume(rule).is(204);
        released(id, "completed");
    }

    @Test
    void aRuleHoldsAllExecutionsOfATask() {
        String rule = Admin.paused("{\"taskName\":\"loop\"}");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String id = Api.newId();
            Api.started(id, "loop", "{\"n\":2}");
            ids.add(id);
        }
        ids.forEach(id -> Api.waitsFor(id, "paused", rule));
        assertThat(Admin.ran("echo", "1", "completed")).isNotNull();
        Admin.resume(rule).is(204);
        ids.forEach(id -> released(id, "completed"));
    }

    @Test
    void aRuleOfAnotherTaskOrExecutionHoldsNothing() {
        String other = Admin.paused("{\"executionId\":\"" + Api.newId() + "\"}");
        String id = Api.newId();
        String both = Admin.paused("{\"executionId\":\"" + id + "\",\"taskName\":\"loop\"}");
        Api.started(id, "echo", "1");
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
        Admin.resume(other).is(204);
        Admin.resume(both).is(204);
    }

    @Test
    void matchingStepsDoNotStartAndOthersDo() {
        String id = Api.newId();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\",\"stepPattern\":\"step-[3-4]\"}");
        Api.started(id, "five-steps", "null");
        Answer held = Api.waitsFor(id, "paused", rule);
        assertThat(held.text("status")).isEqualTo("running");
        assertThat(Admin.names(Admin.detail(id).path("steps"), "name")).containsExactly("step-1", "step-2");
        Admin.resume(rule).is(204);
        released(id, "completed");
    }

    @Test
    void otherBranchesOfAGroupGoOn() {
        String id = Api.newId();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\",\"stepPattern\":\"branch-{2,4}\"}");
        Api.started(id, "parallel", "{\"ms\":10}");
        Api.waitsFor(id, "paused", rule);
        JsonNode steps = Admin.detail(id).path("steps");
        assertThat(Admin.names(steps, "name")).containsExactly("branch-1", "branch-3", "branch-5");
        assertThat(Admin.names(steps, "status")).containsOnly("completed");
        Admin.resume(rule).is(204);
        released(id, "completed");
        assertThat(Admin.names(Admin.detail(id).path("steps"), "name"))
                .containsExactly("branch-1", "branch-2", "branch-3", "branch-4", "branch-5", "join");
    }

    @Test
    void aSleepIsNotEntered() {
        String id = Api.newId();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\",\"stepPattern\":\"n?p\"}");
        Api.started(id, "sleeper", "{\"seconds\":0.2}");
        Api.waitsFor(id, "paused", rule);
        assertThat(Admin.detail(id).path("steps")).isEmpty();
        Admin.resume(rule).is(204);
        released(id, "completed");
    }

    @Test
    void anEventWaitIsNotEnteredAndTheEventIsKept() {
        String id = Api.newId();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\",\"stepPattern\":\"approval\"}");
        Api.started(id, "approval", "{}");
        Api.waitsFor(id, "paused", rule);
        assertThat(Api.event(id, "approval", "5").is(202).text("status")).isEqualTo("buffered");
        Api.waitsFor(id, "paused", rule);
        Admin.resume(rule).is(204);
        released(id, "completed");
        assertThat(Api.get(Api.path(id))
                        .json()
                        .path("result")
                        .path("final")
                        .path("event")
                        .asInt())
                .isEqualTo(5);
    }

    @Test
    void noFurtherAttemptStarts() {
        String id = Api.newId();
        Api.started(id, "flaky", "{\"delayMs\":700,\"failures\":1}");
        Api.waitsFor(id, "retry", "flaky-step");
        String rule = Admin.paused("{\"executionId\":\"" + id + "\",\"stepPattern\":\"flaky*\"}");
        Api.waitsFor(id, "paused", rule);
        JsonNode step = Admin.step(Admin.detail(id), "flaky-step");
        assertThat(step.path("attempts")).hasSize(1);
        Admin.resume(rule).is(204);
        released(id, "completed");
    }

    @Test
    void whatRunsIsNotInterruptedAndTheNextStepIsHeld() {
        String id;
        String rule;
        JsonNode steps;
        // Until the rule has come after the beginning of the step, which nobody can see from outside so soon.
        do {
            id = Api.newId();
            Api.started(id, "slow", "{\"ms\":600}");
            rule = Admin.paused("{\"executionId\":\"" + id + "\"}");
            Api.waitsFor(id, "paused", rule);
            steps = Admin.detail(id).path("steps");
        } while (steps.isEmpty());
        assertThat(Admin.names(steps, "name")).containsExactly("slow");
        assertThat(steps.get(0).path("status").asText()).isEqualTo("completed");
        assertThat(steps.get(0).path("attempts")).hasSize(1);
        Admin.resume(rule).is(204);
        released(id, "completed");
        assertThat(Admin.step(Admin.detail(id), "slow").path("attempts")).hasSize(1);
    }

    @Test
    void patternsAreCaseSensitive() {
        String id = Api.newId();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\",\"stepPattern\":\"STEP-*\"}");
        Api.started(id, "five-steps", "null");
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
        Admin.resume(rule).is(204);
    }

    @Test
    void anExpiryLetsTheHeldWorkGoOn() {
        String id = Api.newId();
        Instant expiry = Instant.now().plusMillis(1200);
        String rule = Admin.paused("{\"executionId\":\"" + id + "\",\"expiresAt\":\"" + expiry + "\"}");
        Api.started(id, "echo", "1");
        Answer held = Api.waitsFor(id, "paused", rule);
        assertThat(Duration.between(
                                Instant.parse(held.json()
                                        .path("waiting")
                                        .path("until")
                                        .asText()),
                                expiry)
                        .abs())
                .isLessThan(Duration.ofMillis(50));
        Answer end = Api.ended(id);
        assertThat(end.text("status")).isEqualTo("completed");
        assertThat(Instant.parse(end.text("completedAt")))
                .isBetween(expiry.minusMillis(50), expiry.plus(WITHIN_A_SECOND));
    }

    @Test
    void twoRulesHoldUntilBothAreGone() {
        String id = Api.newId();
        String body = "{\"executionId\":\"" + id + "\"}";
        String first = Admin.paused(body);
        String second = Admin.paused(body);
        Api.started(id, "echo", "1");
        Api.waitsFor(id, "paused", null);
        Admin.resume(first).is(204);
        Api.waitsFor(id, "paused", second);
        Admin.resume(second).is(204);
        released(id, "completed");
    }

    @Test
    void cancelWorksWhilePaused() {
        String id = Api.newId();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\"}");
        Api.started(id, "five-steps", "null");
        Api.waitsFor(id, "paused", rule);
        Api.cancel(id).is(204);
        assertThat(Api.get(Api.path(id)).text("status")).isEqualTo("cancelled");
        Admin.resume(rule).is(204);
    }

    @Test
    void aHeldExecutionCanBeRestarted() {
        String id = Api.newId();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\"}");
        Api.started(id, "echo", "1");
        Api.waitsFor(id, "paused", rule);
        Admin.restart(id, "{\"payload\":2}").is(200);
        Api.waitsFor(id, "paused", rule);
        Admin.resume(rule).is(204);
        released(id, "completed");
        assertThat(Api.get(Api.path(id)).raw("result")).isEqualTo("2");
    }

    @Test
    void rulesAreListedNewestFirstWithoutDeletedAndExpiredOnes() {
        String body = "{\"executionId\":\"" + Api.newId() + "\"}";
        String old = Admin.paused(body);
        String deleted = Admin.paused(body);
        Instant expiry = Instant.now().plusMillis(400);
        String expired = Admin.paused("{\"executionId\":\"x\",\"expiresAt\":\"" + expiry + "\"}");
        String young = Admin.paused(body);
        Admin.resume(deleted).is(204);
        await().atMost(Api.HANG).until(() -> !ids("").contains(expired));
        assertThat(ids("")).containsSubsequence(young, old).doesNotContain(deleted, expired);
        assertThat(ids("?includeDeleted=true"))
                .containsSubsequence(young, deleted, old)
                .doesNotContain(expired);
        assertThat(ids("?includeExpired=true"))
                .containsSubsequence(young, expired, old)
                .doesNotContain(deleted);
        assertThat(ids("?includeDeleted=true&includeExpired=true")).containsSubsequence(young, expired, deleted, old);
        Api.get(Admin.ROOT + "/pause?includeDeleted=1").isProblem(400, "includeDeleted");
        Admin.resume(old).is(204);
        Admin.resume(young).is(204);
    }

    private static List<String> ids(String query) {
        return Admin.names(Api.get(Admin.ROOT + "/pause" + query).is(200).json(), "ruleId");
    }

    @Test
    void aRuleIsDeletedOnceByDeleteOrPost() {
        String body = "{\"executionId\":\"" + Api.newId() + "\"}";
        String first = Admin.paused(body);
        assertThat(Admin.resume(first).is(204).body()).isEmpty();
        Admin.resume(first).isProblem(404);
        String second = Admin.paused(body);
        Api.post(Admin.ROOT + "/pause/" + second, "{\"triggeredBy\":\"ann\"}").is(204);
        Api.post(Admin.ROOT + "/pause/" + second, null).isProblem(404);
        Admin.resume("no-such-rule").isProblem(404, "no-such-rule");
    }

    @Test
    void whatIsNotAcceptableIs422AndNamed() {
        Admin.pause("{\"expiresAt\":\"" + Instant.now().minusSeconds(1) + "\"}").isProblem(422, "expiresAt");
        Admin.pause("{\"expiresAt\":\"tomorrow\"}").isProblem(422, "expiresAt");
        for (String glob : List.of("[a", "{a", "a}", "[z-a]", "a\\\\", "[]", "")) {
            Admin.pause("{\"stepPattern\":\"" + glob + "\"}").isProblem(422, "stepPattern");
        }
        Admin.pause("{\"executionId\":\"\"}").isProblem(422, "executionId");
        Admin.pause("{\"taskName\":7}").isProblem(422, "taskName");
        Admin.pause("[]").isProblem(422);
        Admin.pause("{").isProblem(400);
    }

    @Test
    void theActsAreKept() {
        String id = Api.completed();
        String rule = Admin.paused("{\"executionId\":\"" + id + "\",\"triggeredBy\":\"ann\",\"reason\":\"r\"}");
        Api.post(Admin.ROOT + "/pause/" + rule, "{\"triggeredBy\":\"bob\"}").is(204);
        JsonNode entries = AuditContract.audit(id);
        assertThat(Admin.names(entries, "operation")).containsExactly("resume", "pause");
        assertThat(Admin.names(entries, "triggeredBy")).containsExactly("bob", "ann");
        assertThat(entries.get(1).path("detail").path("ruleId").asText()).isEqualTo(rule);
    }

    /** Waits for the end, which must come by itself. */
    private static void released(String id, String status) {
        assertThat(Api.ended(id).text("status")).isEqualTo(status);
    }
}
