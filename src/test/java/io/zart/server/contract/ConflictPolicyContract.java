package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 4, the table: what happens to a start under an id that exists. */
abstract class ConflictPolicyContract extends ServiceContract {

    @Test
    void returnOfAnActiveExecutionIs200WithTheRecordAndStartsNothing() {
        String id = Api.active();
        Answer again = with(id, "approval", "{}", "return").is(200);
        assertThat(again.text("durableExecutionId")).isEqualTo(id);
        assertThat(again.json().path("runIndex").asInt()).isZero();
        Api.cancel(id).is(204);
    }

    @Test
    void returnIsTheDefault() {
        String id = Api.completed();
        assertThat(Api.start(Api.startBody(id, "echo", "1")).is(200).text("status"))
                .isEqualTo("completed");
        assertThat(with(id, "echo", "1", "return")
                        .is(200)
                        .json()
                        .path("runIndex")
                        .asInt())
                .isZero();
    }

    @Test
    void rejectIs409WhetherActiveOrTerminal() {
        String active = Api.active();
        with(active, "approval", "{}", "reject").isProblem(409);
        Api.cancel(active).is(204);
        with(active, "approval", "{}", "reject").isProblem(409);
        with(Api.completed(), "echo", "1", "reject").isProblem(409);
        with(Api.failed(), "panicky", "{}", "reject").isProblem(409);
    }

    @Test
    void rejectOfAnUnknownIdStartsIt() {
        with(Api.newId(), "echo", "1", "reject").is(201);
    }

    @Test
    void restartOfAnActiveExecutionIs409() {
        String id = Api.active();
        with(id, "approval", "{}", "restart").isProblem(409);
        Api.cancel(id).is(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "replace"})
    void aTerminalExecutionGetsANewRunWithTheGivenPayload(String policy) {
        String id = Api.completed();
        Answer again = with(id, "echo", "{\"second\":true}", policy).is(201);
        assertThat(again.json().path("runIndex").asInt()).isEqualTo(1);
        assertThat(again.raw("payload")).isEqualTo("{\"second\":true}");
        assertThat(again.header("location").orElse("")).endsWith(Api.path(id));
        Answer end = Api.ended(id);
        assertThat(end.text("status")).isEqualTo("completed");
        assertThat(end.raw("result")).isEqualTo("{\"second\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "replace"})
    void aCancelledExecutionGetsANewRunToo(String policy) {
        String id = Api.cancelled();
        assertThat(with(id, "approval", "{}", policy)
                        .is(201)
                        .json()
                        .path("runIndex")
                        .asInt())
                .isEqualTo(1);
        Api.waitsFor(id, "event", "approval");
        Api.event(id, "approval", "5").is(202);
        assertThat(Api.ended(id).json().at("/result/final/event").asInt()).isEqualTo(5);
    }

    @Test
    void aFailedExecutionThatRestartsLosesItsError() {
        String id = Api.failed();
        Answer again = with(id, "panicky", "{}", "restart").is(201);
        assertThat(again.json().path("error").isNull()).isTrue();
        assertThat(again.json().path("completedAt").isNull()).isTrue();
    }

    @Test
    void replaceOfAnActiveExecutionStartsANewRunAndTheOldOneIsGone() {
        String id = Api.active();
        Answer again = with(id, "approval", "{\"n\":2}", "replace").is(201);
        assertThat(again.json().path("runIndex").asInt()).isEqualTo(1);
        Api.waitsFor(id, "event", "approval");
        Api.event(id, "approval", "\"yes\"").is(202);
        Answer end = Api.ended(id);
        assertThat(end.raw("payload")).isEqualTo("{\"n\":2}");
        assertThat(end.json().path("runIndex").asInt()).isEqualTo(1);
    }

    @Test
    void whatTheReplacedRunStillDoesCannotReachTheNewOne() {
        String id = Api.newId();
        Api.started(id, "slow", "{\"ms\":700}");
        with(id, "slow", "{\"ms\":900}", "replace").is(201);
        Answer end = Api.ended(id);
        assertThat(end.text("status")).isEqualTo("completed");
        assertThat(end.json().path("runIndex").asInt()).isEqualTo(1);
        assertThat(end.raw("result")).isEqualTo("[\"done\",\"done2\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"return", "reject", "restart", "replace"})
    void anotherTaskNameIs409UnderEveryPolicy(String policy) {
        with(Api.completed(), "five-steps", "1", policy).isProblem(409);
        String active = Api.active();
        with(active, "echo", "{}", policy).isProblem(409);
        assertThat(Api.get(Api.path(active)).json().path("runIndex").asInt()).isZero();
        Api.cancel(active).is(204);
    }

    @Test
    void aSecondStartWithADifferentPayloadIs409AndSaysWhichDiffers() {
        Api.start(Api.startBody(Api.completed(), "echo", "2")).isProblem(409, "payload");
    }

    @Test
    void aSecondStartWithADifferentTaskNameSaysWhichDiffers() {
        Api.start(Api.startBody(Api.completed(), "five-steps", "1")).isProblem(409, "task");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"b\":2} | { \"b\" : 2 , \"a\" : 1 }",
                "1.0 | 1",
                "1e3 | 1000",
                "100 | 1E+2",
                "0 | -0.0",
                "0.10 | 1e-1",
                "123456789012345678901234567890 | 123456789012345678901234567890.0",
                "1e400 | 10e399",
                "\"\\u00e9\" | \"é\"",
                "\"a\\/b\" | \"a/b\"",
                "\"\\u000a\" | \"\\n\"",
                "\"\\ud83d\\ude00\" | \"😀\"",
                "[[1.50,{\"x\":[ ]}]] | [[1.5,{\"x\":[]}]]"
            })
    void payloadsThatAreEqualAsJsonValuesAreTheSame(String first, String second) {
        String id = Api.newId();
        Api.started(id, "echo", first);
        Api.start(Api.startBody(id, "echo", second)).is(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | 2",
                "1 | \"1\"",
                "[1,2] | [2,1]",
                "{\"a\":1} | {\"a\":1,\"b\":null}",
                "12345678901234567890 | 12345678901234567891",
                "0.1 | 0.10000000000000000001",
                "1e400 | 1e401",
                "true | false",
                "null | false",
                "[] | {}",
                "\"a\" | \"A\"",
                "\"\\u0000\" | \"\""
            })
    void payloadsThatDifferAsJsonValuesAre409(String first, String second) {
        String id = Api.newId();
        Api.started(id, "echo", first);
        Api.start(Api.startBody(id, "echo", second)).isProblem(409, "payload");
    }

    @Test
    void anAbsentPayloadEqualsNull() {
        String id = Api.newId();
        Api.started(id, "echo", "null");
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"echo\"}").is(200);
        String other = Api.newId();
        Api.start("{\"executionId\":\"" + other + "\",\"taskName\":\"echo\"}").is(201);
        Api.start(Api.startBody(other, "echo", "null")).is(200);
    }

    @Test
    void thePolicyMayStandInTheQuery() {
        Api.post(Api.EXECUTIONS + "?onConflict=reject", Api.startBody(Api.completed(), "echo", "1"))
                .isProblem(409);
    }

    @Test
    void theBodyWinsOverTheQuery() {
        String id = Api.completed();
        String body = "{\"executionId\":\"" + id + "\",\"taskName\":\"echo\",\"payload\":1,\"onConflict\":\"return\"}";
        Api.post(Api.EXECUTIONS + "?onConflict=reject", body).is(200);
    }

    @Test
    void anUnknownPolicyIs422InTheBodyAnd400InTheQuery() {
        with(Api.newId(), "echo", "1", "maybe").isProblem(422, "onConflict");
        Api.post(Api.EXECUTIONS + "?onConflict=maybe", Api.startBody(Api.newId(), "echo", "1"))
                .isProblem(400, "onConflict");
    }

    @Test
    void aNullPolicyCountsAsAbsent() {
        String id = Api.completed();
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"echo\",\"payload\":1,\"onConflict\":null}")
                .is(200);
    }

    @Test
    void aRefusalSaysWhichStateItIs() {
        with(Api.completed(), "echo", "1", "reject").isProblem(409, "completed");
        String active = Api.active();
        with(active, "approval", "{}", "restart").isProblem(409, "running");
        Api.cancel(active).is(204);
    }

    @Test
    void anEmptyPolicyIsUnknown() {
        with(Api.newId(), "echo", "1", "").isProblem(422, "onConflict");
        Api.post(Api.EXECUTIONS + "?onConflict=", Api.startBody(Api.newId(), "echo", "1"))
                .isProblem(400, "onConflict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "replace"})
    void ofManySimultaneousNewRunsEachIndexComesOnce(String policy) {
        String id = Api.completed();
        String body = "{\"executionId\":\"" + id + "\",\"taskName\":\"echo\",\"payload\":1,\"onConflict\":\"" + policy
                + "\"}";
        List<CompletableFuture<Answer>> starts = IntStream.range(0, 20)
                .mapToObj(i -> Api.postAsync(Api.EXECUTIONS, body))
                .toList();
        List<Integer> begun = starts.stream()
                .map(CompletableFuture::join)
                .peek(answer -> assertThat(answer.status()).isIn(201, 409))
                .filter(answer -> answer.status() == 201)
                .map(answer -> answer.json().path("runIndex").asInt())
                .toList();
        assertThat(begun).isNotEmpty().doesNotHaveDuplicates();
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
    }

    private static Answer with(String id, String task, String payload, String policy) {
        return Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"" + task + "\",\"payload\":" + payload
                + ",\"onConflict\":\"" + policy + "\"}");
    }
}
