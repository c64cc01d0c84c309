package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 7: waiting for one execution. */
abstract class WaitContract extends ServiceContract {

    @Test
    void aWaitEndsWithTheCompletedExecution() {
        String id = Api.active();
        CompletableFuture<Answer> wait = Api.getAsync(Api.path(id) + "/wait?timeoutSecs=30");
        Api.event(id, "approval", "1").is(202);
        assertThat(wait.join().is(200).text("status")).isEqualTo("completed");
    }

    @Test
    void aWaitEndsWhenTheExecutionIsCancelled() {
        String id = Api.active();
        CompletableFuture<Answer> wait = Api.getAsync(Api.path(id) + "/wait");
        Api.cancel(id).is(204);
        assertThat(wait.join().is(200).text("status")).isEqualTo("cancelled");
    }

    @Test
    void aWaitEndsWhenTheExecutionFails() {
        String id = Api.newId();
        Api.started(id, "approval", "{\"timeoutSecs\":0.5}");
        assertThat(Api.get(Api.path(id) + "/wait").is(200).text("status")).isEqualTo("failed");
    }

    @Test
    void aWaitForATerminalExecutionAnswersAtOnceEvenWithZeroSeconds() {
        for (String id : List.of(Api.completed(), Api.failed(), Api.cancelled())) {
            Api.get(Api.path(id) + "/wait?timeoutSecs=0").is(200);
        }
    }

    @Test
    void manyWaitsForOneExecutionAllEnd() {
        String id = Api.active();
        List<CompletableFuture<Answer>> waits = IntStream.range(0, 50)
                .mapToObj(i -> Api.getAsync(Api.path(id) + "/wait"))
                .toList();
        Api.event(id, "approval", "1").is(202);
        waits.forEach(wait -> assertThat(wait.join().is(200).text("status")).isEqualTo("completed"));
    }

    @Test
    void aWaitForAnUnknownExecutionIs404() {
        Api.get(Api.path(Api.newId()) + "/wait").isProblem(404);
    }

    @Test
    void zeroSecondsIsOneLookAnd504WhenItIsActive() {
        String id = Api.active();
        Answer answer = Api.get(Api.path(id) + "/wait?timeoutSecs=0").isProblem(504);
        assertThat(answer.text("detail")).isEqualTo("execution '" + id + "' did not complete within 0s");
        Api.cancel(id).is(204);
    }

    @Test
    void theTimeOutSaysHowLongItWas() {
        String id = Api.active();
        Answer answer = Api.get(Api.path(id) + "/wait?timeoutSecs=1").isProblem(504);
        assertThat(answer.text("error")).isEqualTo("execution '" + id + "' did not complete within 1s");
        Api.cancel(id).is(204);
    }

    @Test
    void theSpellingTimeout_secsIsAcceptedToo() {
        String id = Api.active();
        Api.get(Api.path(id) + "/wait?timeout_secs=0").isProblem(504, "within 0s");
        Api.cancel(id).is(204);
    }

    @Test
    void theFirstOfTwoTimeOutsWins() {
        String id = Api.active();
        Api.get(Api.path(id) + "/wait?timeoutSecs=0&timeout_secs=30").isProblem(504, "within 0s");
        Api.get(Api.path(id) + "/wait?timeoutSecs=0&timeoutSecs=30").isProblem(504, "within 0s");
        Api.cancel(id).is(204);
    }

    @Test
    void moreThanTheCapIsCutToTheCap() {
        String id = Api.completed();
        Api.get(Api.path(id) + "/wait?timeoutSecs=31").is(200);
        Api.get(Api.path(id) + "/wait?timeoutSecs=99999999999999999999").is(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "", "abc", "1e1", "%201", "0x5"})
    void aTimeOutThatIsNoWholeNumberOfSecondsIs400ThatNamesIt(String value) {
        Api.get(Api.path(Api.completed()) + "/wait?timeoutSecs=" + value).isProblem(400, "timeoutSecs");
    }

    @Test
    void theAnswerIsTheWholeExecution() {
        String id = Api.completed();
        assertThat(Api.get(Api.path(id) + "/wait").json())
                .isEqualTo(Api.get(Api.path(id)).json());
    }
}
