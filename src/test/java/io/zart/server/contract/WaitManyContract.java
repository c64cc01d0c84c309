package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 7: waiting for one or all of many executions. */
abstract class WaitManyContract extends ServiceContract {

    private static final String WAIT = Api.EXECUTIONS + "/wait";

    @Test
    void allWaitsUntilEveryExecutionHasEndedAndKeepsTheOrder() {
        String first = Api.active();
        String second = Api.completed();
        CompletableFuture<Answer> wait = Api.postAsync(WAIT, body("all", 30, first, second));
        Api.event(first, "approval", "1").is(202);
        JsonNode executions = wait.join().is(200).json().path("executions");
        assertThat(executions.findValuesAsText("durableExecutionId")).containsExactly(first, second);
        assertThat(executions.findValuesAsText("status")).containsExactly("completed", "completed");
    }

    @Test
    void anyEndsWithTheFirstAndShowsAll() {
        String open = Api.active();
        String done = Api.completed();
        JsonNode executions =
                Api.post(WAIT, body("any", 30, open, done)).is(200).json().path("executions");
        assertThat(executions.findValuesAsText("durableExecutionId")).containsExactly(open, done);
        assertThat(executions.findValuesAsText("status")).containsExactly("running", "completed");
        Api.cancel(open).is(204);
    }

    @Test
    void anyWakesWhenOneOfTwoActiveOnesEnds() {
        String one = Api.active();
        String two = Api.active();
        CompletableFuture<Answer> wait = Api.postAsync(WAIT, body("any", 30, one, two));
        Api.event(two, "approval", "1").is(202);
        assertThat(wait.join().is(200).json().path("executions").findValuesAsText("status"))
                .containsExactly("running", "completed");
        Api.cancel(one).is(204);
    }

    @Test
    void theTimeOutNamesThePendingIds() {
        String open = Api.active();
        Answer answer = Api.post(WAIT, body("all", 0, Api.completed(), open)).isProblem(504);
        assertThat(answer.json().path("pending").size()).isEqualTo(1);
        assertThat(answer.json().path("pending").path(0).asText()).isEqualTo(open);
        Api.cancel(open).is(204);
    }

    @Test
    void unknownIdsAre404AndNamed() {
        String unknown = Api.newId();
        Answer answer =
                Api.post(WAIT, body("any", 30, Api.completed(), unknown)).isProblem(404);
        assertThat(answer.body()).contains(unknown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"ids\":[]}",
                "{\"ids\":null}",
                "{\"ids\":\"x\"}",
                "{\"ids\":[1]}",
                "{\"ids\":[\"\"]}",
                "{\"ids\":[\"x\"],\"mode\":\"some\"}"
            })
    void aBodyThatIsNotAcceptableIs422(String body) {
        Api.post(WAIT, body).isProblem(422);
    }

    @Test
    void aThousandIdsAreAcceptedAndOneMoreIs422() {
        String done = Api.completed();
        Api.post(WAIT, "{\"ids\":" + ids(done, 1000) + ",\"mode\":\"all\"}").is(200);
        Api.post(WAIT, "{\"ids\":" + ids(done, 1001) + ",\"mode\":\"all\"}").isProblem(422);
    }

    @Test
    void malformedJsonIs400() {
        Api.post(WAIT, "{\"ids\":[").isProblem(400);
    }

    @Test
    void withoutAModeAllAreWaitedFor() {
        String open = Api.active();
        Api.post(WAIT, "{\"ids\":[\"" + Api.completed() + "\",\"" + open + "\"],\"timeoutSecs\":0}")
                .isProblem(504);
        Api.cancel(open).is(204);
    }

    @Test
    void anIdThatIsNamedTwiceComesTwice() {
        String done = Api.completed();
        assertThat(Api.post(WAIT, body("all", 30, done, done)).is(200).json().path("executions"))
                .hasSize(2);
    }

    @Test
    void allUnknownIdsAreNamed() {
        String one = Api.newId();
        String two = Api.newId();
        assertThat(Api.post(WAIT, body("all", 0, one, two)).isProblem(404).text("detail"))
                .contains(one, two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "\"5\"", "true"})
    void aTimeOutThatIsNoWholeNumberIs422(String timeout) {
        Api.post(WAIT, "{\"ids\":[\"" + Api.completed() + "\"],\"timeoutSecs\":" + timeout + "}")
                .isProblem(422, "timeoutSecs");
    }

    private static String ids(String id, int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"" + id + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    private static String body(String mode, int timeout, String... ids) {
        String list = List.of(ids).stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(","));
        return "{\"ids\":[" + list + "],\"mode\":\"" + mode + "\",\"timeoutSecs\":" + timeout + "}";
    }
}
