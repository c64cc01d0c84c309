package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 14: the results of the sample handlers, to the letter. */
abstract class SampleHandlersContract extends ServiceContract {

    @Test
    void echoReturnsThePayload() {
        completes("echo", "{\"b\":1,\"a\":[1.0]}", "{\"b\":1,\"a\":[1.0]}");
    }

    @Test
    void fiveStepsReturnsTheSum() {
        completes("five-steps", "null", "{\"sum\":15}");
    }

    @Test
    void approvalReturnsWhatItPreparedAndTheEvent() {
        String id = Api.active();
        Api.event(id, "approval", "{\"by\":\"ann\"}").is(202);
        assertThat(Api.ended(id).raw("result"))
                .isEqualTo("{\"prepared\":\"prepared\",\"final\":{\"event\":{\"by\":\"ann\"}}}");
    }

    @Test
    void approvalFailsWhenItsTimeOutPasses() {
        Answer end = Api.run("approval", "{\"timeoutSecs\":0.3}");
        assertThat(end.text("status")).isEqualTo("failed");
        assertThat(elapsed(end)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(end.json().path("error").path("message").asText()).contains("approval");
    }

    @Test
    void approvalWithATimeOutTakesAnEventInTime() {
        String id = Api.newId();
        Api.started(id, "approval", "{\"timeoutSecs\":600}");
        Api.event(id, "approval", "1").is(202);
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
    }

    @Test
    void twoEventsReturnsBothInTheOrderOfTheWaits() {
        String id = Api.newId();
        Api.started(id, "two-events", "{}");
        Api.event(id, "second", "\"s\"").is(202);
        Api.event(id, "first", "\"f\"").is(202);
        assertThat(Api.ended(id).raw("result")).isEqualTo("[\"f\",\"s\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 2",
                "{\"failures\":0} | 0",
                "{\"failures\":1,\"delayMs\":1} | 1",
                "{\"failures\":3,\"retries\":3,\"delayMs\":1} | 3",
                "{\"failures\":2,\"retry\":\"exponential\",\"delayMs\":1} | 2",
                "{\"failures\":0,\"retry\":\"none\"} | 0"
            })
    void flakySucceedsOnceItsFailuresAreOver(String payload, int attempt) {
        completes("flaky", payload, "{\"succeededOnAttempt\":" + attempt + "}");
    }

    @Test
    void flakyWaitsTheDelayBetweenItsAttempts() {
        Answer end = Api.run("flaky", "{\"delayMs\":200}");
        assertThat(elapsed(end)).as("two delays of 200 ms").isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void theDelaysOfAnExponentialPolicyGrow() {
        Answer end = Api.run("flaky", "{\"retry\":\"exponential\",\"delayMs\":200}");
        assertThat(end.text("status")).isEqualTo("completed");
        assertThat(elapsed(end)).as("delays of 200 and 400 ms").isGreaterThanOrEqualTo(Duration.ofMillis(600));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"failures\":3,\"delayMs\":1} | boom on attempt 2",
                "{\"failures\":1,\"retry\":\"none\"} | boom on attempt 0",
                "{\"failures\":1,\"retries\":0} | boom on attempt 0"
            })
    void flakyFailsWhenItsRetriesAreUsedUp(String payload, String message) {
        fails("flaky", payload, message, "flaky-step");
    }

    @Test
    void deadFailsWithTheLastError() {
        fails("dead", "{\"delayMs\":1}", "boom on attempt 2", "doomed");
    }

    @Test
    void deadWithHealAfterSucceedsFromThatAttempt() {
        completes("dead", "{\"healAfter\":2,\"delayMs\":1}", "\"healed\"");
    }

    @ParameterizedTest
    @CsvSource({"0.3,300", "0,0", "1,1000"})
    void sleeperSleepsForItsSeconds(String seconds, long millis) {
        Answer end = Api.run("sleeper", "{\"seconds\":" + seconds + "}");
        assertThat(end.json().path("result").path("slept").decimalValue()).isEqualByComparingTo(seconds);
        assertThat(elapsed(end)).isGreaterThanOrEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"ms\":300}"})
    void parallelJoinsItsBranches(String payload) {
        completes("parallel", payload, "{\"branches\":[1,2,3,4,5],\"sum\":15}");
    }

    @Test
    void parallelBranchesRunAtTheSameTime() {
        Answer end = Api.run("parallel", "{\"ms\":1000}");
        assertThat(elapsed(end))
                .as("five branches of 1 s each, one after another they take 5 s")
                .isBetween(Duration.ofSeconds(1), Duration.ofMillis(4900));
    }

    @Test
    void parallelErrReturnsTheErrorOfTheBadBranch() {
        completes("parallel-err", "{}", "[{\"ok\":\"good\"},{\"err\":\"boom on attempt 0\"}]");
    }

    @Test
    void parallelErrWithoutFailuresReturnsTwoOks() {
        Answer end = Api.run("parallel-err", "{\"failures\":0}");
        assertThat(end.json().at("/result/0/ok").asText()).isEqualTo("good");
        assertThat(end.json().at("/result/1").has("ok")).isTrue();
    }

    @Test
    void mixedReturnsWhatItsStepsRecorded() {
        completes(
                "mixed", "{}", "{\"c\":42,\"a\":\"a-1\",\"b\":{\"from\":\"a-1\"},\"g\":{\"from\":{\"from\":\"a-1\"}}}");
    }

    @Test
    void mixedCountsHowOftenAlphaRanForTheExecution() {
        String id = Api.newId();
        Api.started(id, "mixed", "{\"sleepMs\":1}");
        assertThat(Api.ended(id).json().at("/result/a").asText()).isEqualTo("a-1");
        Api.start("{\"executionId\":\"" + id
                        + "\",\"taskName\":\"mixed\",\"payload\":{\"sleepMs\":1},\"onConflict\":\"restart\"}")
                .is(201);
        assertThat(Api.ended(id).json().at("/result/a").asText()).isEqualTo("a-2");
    }

    @Test
    void slowReturnsBothSteps() {
        completes("slow", "{\"ms\":50}", "[\"done\",\"done2\"]");
    }

    @Test
    void timeoutsOverAllIsFinalWhenItPasses() {
        Answer end = Api.run("timeouts", "{}");
        assertThat(end.text("status")).isEqualTo("failed");
        assertThat(end.json().at("/error/step").asText()).isEqualTo("slow-step");
        assertThat(end.json().at("/error/message").asText()).isNotBlank();
    }

    @Test
    void aTimeOutPerAttemptFollowsThePolicy() {
        Answer end = Api.run("timeouts", "{\"scope\":\"per_attempt\",\"timeoutMs\":200,\"delayMs\":1}");
        assertThat(end.text("status")).isEqualTo("failed");
        assertThat(elapsed(end)).as("three attempts of 200 ms").isGreaterThanOrEqualTo(Duration.ofMillis(600));
    }

    @ParameterizedTest
    @ValueSource(strings = {"global", "per_attempt"})
    void aStepThatIsFasterThanItsTimeOutSucceeds(String scope) {
        Answer end = Api.run("timeouts", "{\"ms\":10,\"timeoutMs\":20000,\"scope\":\"" + scope + "\"}");
        assertThat(end.text("status")).isEqualTo("completed");
    }

    @Test
    void aRunFailsAtItsDeadlineNotLater() {
        Answer end = Api.run("deadline", "{}");
        assertThat(end.text("status")).isEqualTo("failed");
        assertThat(elapsed(end)).isBetween(Duration.ofSeconds(1), Duration.ofMillis(2900));
    }

    @Test
    void aRunThatEndsBeforeItsDeadlineCompletes() {
        assertThat(Api.run("deadline", "{\"ms\":10}").text("status")).isEqualTo("completed");
    }

    @Test
    void catchErrorGoesOnAfterTheFailedStep() {
        completes("catch-error", "{}", "[{\"handled\":\"boom on attempt 0\"},\"next\"]");
    }

    @Test
    void catchDeadlineGoesOnAfterTheTimeOut() {
        Answer end = completes("catch-deadline", "{}", "[{\"deadline\":true},\"escalated\"]");
        assertThat(elapsed(end)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void catchDeadlineTakesAnEventInTime() {
        String id = Api.newId();
        Api.started(id, "catch-deadline", "{}");
        Api.event(id, "approval", "{\"v\":1.0}").is(202);
        assertThat(Api.ended(id).raw("result")).isEqualTo("[{\"v\":1.0},\"escalated\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{} | 10", "{\"n\":3} | 3", "{\"n\":0} | 0", "{\"n\":100} | 100"})
    void loopReturnsTheCount(String payload, String count) {
        completes("loop", payload, count);
    }

    @Test
    void panickyFailsInTheBody() {
        Answer end = Api.run("panicky", "{}");
        assertThat(end.text("status")).isEqualTo("failed");
        assertThat(end.json().at("/error/message").asText()).isNotBlank();
    }

    @Test
    void panickyFailsInTheStep() {
        Answer end = Api.run("panicky", "{\"where\":\"step\"}");
        assertThat(end.text("status")).isEqualTo("failed");
        assertThat(end.json().at("/error/step").asText()).isEqualTo("panics");
    }

    @ParameterizedTest
    @CsvSource({"41,42", "-1,0", "0,1"})
    void typedReturnsOneMore(String n, String result) {
        completes("typed", "{\"n\":" + n + "}", result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"n\":\"x\"}", "{\"n\":1.5}", "[]", "\"x\"", "null", "{}", "{\"n\":null}"})
    void typedFailsWithAClearMessageOnAnotherPayload(String payload) {
        Answer end = Api.run("typed", payload);
        assertThat(end.text("status")).as("status for payload " + payload).isEqualTo("failed");
        assertThat(end.json().at("/error/message").asText()).isNotBlank();
    }

    @Test
    void orderFulfillmentShipsTheOrder() {
        String id = Api.newId();
        Api.started(id, "order-fulfillment", "{\"orderId\":\"o-7\",\"amount\":12.5,\"settleSecs\":0.1}");
        Api.waitsFor(id, "event", "shipment-ready");
        Api.event(id, "shipment-ready", "{\"trackingNumber\":\"TRK-1\"}").is(202);
        assertThat(Api.ended(id).raw("result"))
                .isEqualTo("{\"orderId\":\"o-7\",\"transactionId\":\"txn-o-7\",\"trackingNumber\":\"TRK-1\"}");
    }

    @Test
    void deadCountsItsAttemptsOverAllRunsOfTheExecution() {
        String id = Api.newId();
        String payload = "{\"healAfter\":5,\"delayMs\":1}";
        Api.started(id, "dead", payload);
        assertThat(Api.ended(id).text("status")).isEqualTo("failed");
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"dead\",\"payload\":" + payload
                        + ",\"onConflict\":\"restart\"}")
                .is(201);
        assertThat(Api.ended(id).raw("result")).isEqualTo("\"healed\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e3", "{\"b\":1,\"a\":1.50,\"a\":2}", "\"\\u0000\"", "12345678901234567890"})
    void eventsAreHandedOnToTheLetter(String event) {
        String id = Api.active();
        Api.event(id, "approval", event).is(202);
        assertThat(Api.ended(id).raw("result"))
                .isEqualTo("{\"prepared\":\"prepared\",\"final\":{\"event\":" + event + "}}");
        String other = Api.newId();
        Api.started(other, "catch-deadline", "{}");
        Api.event(other, "approval", event).is(202);
        assertThat(Api.ended(other).raw("result")).isEqualTo("[" + event + ",\"escalated\"]");
    }

    private static Answer completes(String task, String payload, String result) {
        Answer end = Api.run(task, payload);
        assertThat(end.text("status")).as("status of %s: %s", task, end.body()).isEqualTo("completed");
        assertThat(end.raw("result")).as("result of %s", task).isEqualTo(result);
        return end;
    }

    private static void fails(String task, String payload, String message, String step) {
        Answer end = Api.run(task, payload);
        assertThat(end.text("status")).as("status of %s: %s", task, end.body()).isEqualTo("failed");
        assertThat(end.json().at("/error/message").asText()).isEqualTo(message);
        assertThat(end.json().at("/error/step").asText()).isEqualTo(step);
    }

    private static Duration elapsed(Answer end) {
        return Duration.between(Instant.parse(end.text("startedAt")), Instant.parse(end.text("completedAt")));
    }
}
