package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CONTRACT 3: the shape of an execution. */
abstract class ExecutionShapeContract extends ServiceContract {

    private static final String TIMESTAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z";

    @Test
    void anExecutionHasEveryMemberAlsoThoseThatAreNull() {
        Answer answer = Api.get(Api.path(Api.active())).is(200);
        List<String> names = new ArrayList<>();
        answer.json().fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .startsWith(
                        "name",
                        "durableExecutionId",
                        "payload",
                        "status",
                        "scheduledAt",
                        "completedAt",
                        "version",
                        "result")
                .contains("error", "startedAt", "runIndex", "waiting");
        assertThat(answer.raw("result")).isEqualTo("null");
        assertThat(answer.raw("completedAt")).isEqualTo("null");
        assertThat(answer.raw("error")).isEqualTo("null");
        Api.cancel(answer.text("durableExecutionId")).is(204);
    }

    @Test
    void timestampsAreRfc3339InUtcWithUpToMicroseconds() {
        Answer end = Api.run("echo", "1");
        assertThat(end.text("scheduledAt")).matches(TIMESTAMP);
        assertThat(end.text("startedAt")).matches(TIMESTAMP);
        assertThat(end.text("completedAt")).matches(TIMESTAMP);
    }

    @Test
    void anExecutionThatWaitsForAnEventSaysWhichAndIsRunning() {
        String id = Api.active();
        Answer seen = Api.get(Api.path(id)).is(200);
        assertThat(seen.text("status")).isEqualTo("running");
        JsonNode waiting = seen.json().path("waiting");
        assertThat(waiting.path("kind").asText()).isEqualTo("event");
        assertThat(waiting.path("name").asText()).isEqualTo("approval");
        assertThat(waiting.path("until").isNull())
                .as("no time-out, so 'until' is null")
                .isTrue();
        Api.cancel(id).is(204);
    }

    @Test
    void anEventWaitWithATimeOutSaysUntilWhen() {
        String id = Api.newId();
        Api.started(id, "approval", "{\"timeoutSecs\":600}");
        JsonNode waiting = Api.waitsFor(id, "event", "approval").json().path("waiting");
        assertThat(waiting.path("until").asText()).matches(TIMESTAMP);
        Api.cancel(id).is(204);
    }

    @Test
    void anExecutionThatSleepsSaysUntilWhen() {
        String id = Api.newId();
        Api.started(id, "sleeper", "{\"seconds\":600}");
        JsonNode waiting = Api.waitsFor(id, "sleep", "nap").json().path("waiting");
        assertThat(waiting.path("until").asText()).matches(TIMESTAMP);
        Api.cancel(id).is(204);
    }

    @Test
    void anExecutionThatAwaitsARetrySaysOfWhichStep() {
        String id = Api.newId();
        Api.started(id, "flaky", "{\"delayMs\":600000}");
        JsonNode waiting = Api.waitsFor(id, "retry", "flaky-step").json().path("waiting");
        assertThat(waiting.path("until").asText()).matches(TIMESTAMP);
        Api.cancel(id).is(204);
    }

    @Test
    void aCompletedExecutionHasResultAndTimesAndWaitsForNothing() {
        Answer end = Api.run("echo", "{\"x\":1}");
        assertThat(end.text("status")).isEqualTo("completed");
        assertThat(end.raw("waiting")).isEqualTo("null");
        assertThat(end.raw("error")).isEqualTo("null");
        assertThat(end.json().path("runIndex").asInt()).isZero();
    }

    @Test
    void aFailedExecutionSaysWhyAndInWhichStep() {
        Answer end = Api.run("dead", "{\"retry\":\"none\"}");
        assertThat(end.text("status")).isEqualTo("failed");
        JsonNode error = end.json().path("error");
        assertThat(error.path("message").asText()).contains("boom on attempt 0");
        assertThat(error.path("type").asText()).isNotBlank();
        assertThat(error.path("step").asText()).isEqualTo("doomed");
        assertThat(end.raw("result")).isEqualTo("null");
    }

    @Test
    void anErrorOfTheBodyHasNoStep() {
        JsonNode error = Api.run("panicky", "{}").json().path("error");
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.has("step")).isTrue();
        assertThat(error.path("step").isNull()).isTrue();
    }

    @Test
    void theVersionGrowsWithTheChangesOfTheRecord() {
        String id = Api.active();
        long before = Api.get(Api.path(id)).json().path("version").asLong();
        Api.cancel(id).is(204);
        assertThat(Api.get(Api.path(id)).json().path("version").asLong()).isGreaterThan(before);
    }

    @Test
    void aCancelledExecutionHasACompletionTimeAndNoError() {
        Answer seen = Api.get(Api.path(Api.cancelled())).is(200);
        assertThat(seen.text("status")).isEqualTo("cancelled");
        assertThat(seen.text("completedAt")).matches(TIMESTAMP);
        assertThat(seen.raw("result")).isEqualTo("null");
        assertThat(seen.raw("waiting")).isEqualTo("null");
    }
}
