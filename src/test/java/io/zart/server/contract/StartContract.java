package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 4 without the conflict policies: starting an execution. */
abstract class StartContract extends ServiceContract {

    @Test
    void aStartIs201WithTheExecutionAndItsLocation() {
        String id = Api.newId();
        Answer answer = Api.start(Api.startBody(id, "echo", "{\"a\":1}")).is(201);
        assertThat(answer.text("durableExecutionId")).isEqualTo(id);
        assertThat(answer.text("name")).isEqualTo("echo");
        assertThat(answer.raw("payload")).isEqualTo("{\"a\":1}");
        String location = answer.header("location").orElseThrow();
        assertThat(location).endsWith(Api.EXECUTIONS + "/" + id);
        assertThat(Api.get(Api.path(id)).is(200).text("durableExecutionId")).isEqualTo(id);
    }

    @Test
    void withoutAnIdTheServerMakesAVersion7Uuid() {
        String id = Api.start("{\"taskName\":\"echo\"}").is(201).text("durableExecutionId");
        assertThat(UUID.fromString(id).version()).isEqualTo(7);
    }

    @Test
    void aNullIdCountsAsAbsent() {
        String id = Api.start("{\"executionId\":null,\"taskName\":\"echo\"}")
                .is(201)
                .text("durableExecutionId");
        assertThat(UUID.fromString(id).version()).isEqualTo(7);
    }

    @Test
    void theLocationOfAnOddIdIsPercentEncoded() {
        String id = Api.newId() + "/ü x?";
        Answer answer = Api.start(Api.startBody(id, "echo", "1")).is(201);
        assertThat(answer.header("location").orElseThrow()).endsWith(Api.path(id));
    }

    @Test
    void anUnservedTaskNameIsAcceptedAndWaitsForAWorker() {
        String id = Api.newId();
        Api.started(id, "nobody-serves-this", "null");
        Answer seen = Api.get(Api.path(id)).is(200);
        assertThat(seen.text("status")).isEqualTo("scheduled");
        assertThat(seen.json().path("waiting").path("kind").asText()).isEqualTo("worker");
        Api.cancel(id).is(204);
    }

    @Test
    void ofManySimultaneousFirstStartsExactlyOneGets201() {
        String id = Api.newId();
        List<CompletableFuture<Answer>> starts = IntStream.range(0, 50)
                .mapToObj(i -> Api.postAsync(Api.EXECUTIONS, Api.startBody(id, "echo", "7")))
                .toList();
        var counts = starts.stream()
                .map(CompletableFuture::join)
                .collect(Collectors.groupingBy(Answer::status, Collectors.counting()));
        assertThat(counts)
                .as("statuses of 50 simultaneous starts")
                .containsEntry(201, 1L)
                .containsEntry(200, 49L);
    }

    @Test
    void theIdempotencyKeyServesAsTheId() {
        String id = Api.newId();
        String body = "{\"taskName\":\"echo\",\"payload\":1}";
        assertThat(Api.start(body, "Idempotency-Key", id).is(201).text("durableExecutionId"))
                .isEqualTo(id);
        Api.start(body, "Idempotency-Key", id).is(200);
    }

    @Test
    void theIdOfTheBodyWinsOverTheIdempotencyKey() {
        String id = Api.newId();
        String other = Api.newId();
        Answer answer = Api.start(Api.startBody(id, "echo", "1"), "Idempotency-Key", other)
                .is(201);
        assertThat(answer.text("durableExecutionId")).isEqualTo(id);
        Api.get(Api.path(other)).isProblem(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"taskName\":null}",
                "{\"taskName\":\"\"}",
                "{\"taskName\":7}",
                "{\"taskName\":\"a\\u0000b\"}",
                "{\"taskName\":\"a\\nb\"}",
                "{\"taskName\":\"echo\",\"executionId\":\"\"}",
                "{\"taskName\":\"echo\",\"executionId\":5}",
                "{\"taskName\":\"echo\",\"executionId\":\"a\\tb\"}",
                "{\"taskName\":\"echo\",\"onConflict\":\"perhaps\"}",
                "{\"taskName\":\"echo\",\"timeoutSecs\":-1}",
                "{\"taskName\":\"echo\",\"timeoutSecs\":\"5\"}",
                "{\"taskName\":\"echo\",\"delaySecs\":-1}",
                "{\"taskName\":\"echo\",\"startAt\":\"tomorrow\"}",
                "{\"taskName\":\"echo\",\"startAt\":\"2030-01-01\"}",
                "{\"taskName\":\"echo\",\"tags\":\"one\"}",
                "{\"taskName\":\"echo\",\"tags\":{\"a\":1}}",
                "[]",
                "1",
                "null"
            })
    void aWellFormedBodyThatIsNotAcceptableIs422(String body) {
        Api.start(body).isProblem(422);
    }

    @Test
    void anIdOf255CodePointsIsAcceptedAndOneMoreIs422() {
        String longest = (Api.newId() + "😀".repeat(255)).substring(0, 38) + "😀".repeat(217);
        assertThat(longest.codePointCount(0, longest.length())).isEqualTo(255);
        Api.start(Api.startBody(longest, "echo", "1")).is(201);
        assertThat(Api.get(Api.path(longest)).is(200).text("durableExecutionId"))
                .isEqualTo(longest);
        Api.start(Api.startBody(longest + "x", "echo", "1")).isProblem(422);
        Api.get(Api.path(longest + "x")).isProblem(422);
    }

    @Test
    void aTaskNameOf255CodePointsIsAcceptedAndOneMoreIs422() {
        String id = Api.newId();
        Api.start(Api.startBody(id, "x".repeat(255), "1")).is(201);
        Api.cancel(id).is(204);
        Api.start(Api.startBody(Api.newId(), "x".repeat(256), "1")).isProblem(422);
    }

    @Test
    void preferWaitAnswersWithTheFinishedRecordOnceItEnds() {
        Answer answer = Api.start(Api.startBody(Api.newId(), "echo", "{\"n\":1.0}"), "Prefer", "wait=20")
                .is(201);
        assertThat(answer.text("status")).isEqualTo("completed");
        assertThat(answer.raw("result")).isEqualTo("{\"n\":1.0}");
        assertThat(answer.header("preference-applied").orElse("")).startsWith("wait");
    }

    @Test
    void preferWaitOfAKnownExecutionIs200() {
        String id = Api.completed();
        Answer answer =
                Api.start(Api.startBody(id, "echo", "1"), "Prefer", "wait=20").is(200);
        assertThat(answer.text("status")).isEqualTo("completed");
        assertThat(answer.header("preference-applied")).isPresent();
    }

    @Test
    void preferWaitIs202WithTheCurrentRecordWhenTheTimePasses() {
        String id = Api.newId();
        Answer answer = Api.start(Api.startBody(id, "approval", "{}"), "Prefer", "wait=1")
                .is(202);
        assertThat(answer.text("durableExecutionId")).isEqualTo(id);
        assertThat(answer.text("status")).isIn("scheduled", "running");
        assertThat(answer.header("preference-applied")).isPresent();
        Api.cancel(id).is(204);
    }

    @Test
    void preferWaitIsFoundAmongOtherPreferences() {
        Answer answer = Api.start(
                        Api.startBody(Api.newId(), "echo", "1"), "Prefer", "respond-async, WAIT = \"20\"; x=y, foo")
                .is(201);
        assertThat(answer.text("status")).isEqualTo("completed");
        assertThat(answer.header("preference-applied")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=abc", "wait=", "wait=-1", "wait=1.5", "wait", ";;;", "wait=99999999999999999999x"})
    void aMalformedPreferenceIsIgnored(String preference) {
        String id = Api.newId();
        Answer answer = Api.start(Api.startBody(id, "approval", "{}"), "Prefer", preference)
                .is(201);
        assertThat(answer.header("preference-applied")).as("Preference-Applied").isEmpty();
        Api.cancel(id).is(204);
    }

    @Test
    void theRunFailsAtTheDeadlineOfTimeoutSecs() {
        String id = Api.newId();
        Answer start = Api.start(
                        "{\"executionId\":\"" + id + "\",\"taskName\":\"approval\",\"payload\":{},\"timeoutSecs\":1}")
                .is(201);
        Answer end = Api.ended(id);
        assertThat(end.text("status")).isEqualTo("failed");
        assertThat(between(start.text("scheduledAt"), end.text("completedAt")))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aDelayedStartStaysScheduledUntilTheMomentFromWhichItMayRun() {
        String id = Api.newId();
        Answer start = Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"echo\",\"delaySecs\":1}")
                .is(201);
        assertThat(start.text("status")).isEqualTo("scheduled");
        Answer end = Api.ended(id);
        assertThat(end.text("status")).isEqualTo("completed");
        assertThat(Instant.parse(end.text("startedAt"))).isAfterOrEqualTo(Instant.parse(end.text("scheduledAt")));
        assertThat(end.text("scheduledAt")).isEqualTo(start.text("scheduledAt"));
    }

    @Test
    void startAtIsTheScheduledMoment() {
        String id = Api.newId();
        Answer start = Api.start("{\"executionId\":\"" + id
                        + "\",\"taskName\":\"echo\",\"startAt\":\"2090-01-02T03:04:05.123456+01:00\"}")
                .is(201);
        assertThat(start.text("scheduledAt")).isEqualTo("2090-01-02T02:04:05.123456Z");
        assertThat(start.text("status")).isEqualTo("scheduled");
        assertThat(Api.get(Api.path(id)).text("status")).isEqualTo("scheduled");
        Api.cancel(id).is(204);
    }

    @Test
    void theDeadlineOfADelayedRunCountsFromWhenItMayStart() {
        String id = Api.newId();
        Api.start("{\"executionId\":\"" + id
                        + "\",\"taskName\":\"approval\",\"payload\":{},\"delaySecs\":1,\"timeoutSecs\":1}")
                .is(201);
        Answer end = Api.ended(id);
        assertThat(end.text("status")).isEqualTo("failed");
        assertThat(between(end.text("scheduledAt"), end.text("completedAt")))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void upToTwentyTagsAreAccepted() {
        Api.start("{\"taskName\":\"echo\",\"tags\":" + tags(20) + "}").is(201);
        Api.start("{\"taskName\":\"echo\",\"tags\":" + tags(21) + "}").isProblem(422);
    }

    @Test
    void tagsComeBackByName() {
        String id = Api.start("{\"taskName\":\"echo\",\"tags\":{\"team\":\"blue\",\"empty\":\"\"}}")
                .is(201)
                .text("durableExecutionId");
        assertThat(Api.get(Api.path(id)).json().path("tags").path("team").asText())
                .isEqualTo("blue");
    }

    @Test
    void aDelayAndAMomentExcludeEachOther() {
        Api.start("{\"taskName\":\"echo\",\"delaySecs\":1,\"startAt\":\"2090-01-01T00:00:00Z\"}")
                .isProblem(422);
    }

    @Test
    void aMomentInThePastIsNow() {
        String id = Api.newId();
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"echo\",\"startAt\":\"2001-01-01T00:00:00Z\"}")
                .is(201);
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
    }

    @Test
    void anExecutionThatIsNotDueYetDoesNotWaitForAWorker() {
        String id = Api.newId();
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"nobody-serves-this\",\"delaySecs\":3600}")
                .is(201);
        assertThat(Api.get(Api.path(id)).raw("waiting")).isEqualTo("null");
        Api.cancel(id).is(204);
        assertThat(Api.get(Api.path(id)).raw("waiting")).isEqualTo("null");
    }

    @Test
    void thatNobodyServesATaskIsShownInTheListToo() {
        String id = Api.newId();
        Api.started(id, "nobody-serves-this", "1");
        assertThat(Api.get(Api.EXECUTIONS + "?search=" + id)
                        .json()
                        .at("/0/waiting/kind")
                        .asText())
                .isEqualTo("worker");
        Api.cancel(id).is(204);
    }

    private static String tags(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":\"v" + i + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Duration between(String from, String to) {
        return Duration.between(Instant.parse(from), Instant.parse(to));
    }
}
