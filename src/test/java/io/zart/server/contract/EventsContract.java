package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 8: events. */
abstract class EventsContract extends ServiceContract {

    @Test
    void anEventThatIsAwaitedIsDelivered() {
        String id = Api.active();
        assertThat(Api.event(id, "approval", "{\"ok\":true}").is(202).text("status"))
                .isEqualTo("delivered");
        assertThat(Api.ended(id).raw("result"))
                .isEqualTo("{\"prepared\":\"prepared\",\"final\":{\"event\":{\"ok\":true}}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e3", "{\"b\":1,\"a\":1.50,\"a\":2}", "\"\\u0000\"", "null", "[]", "\"é\""})
    void anEventIsAnyJsonValueAndKeptToTheLetter(String value) {
        String id = Api.newId();
        Api.started(id, "two-events", "{}");
        Api.event(id, "first", value).is(202);
        Api.event(id, "second", value).is(202);
        assertThat(Api.ended(id).raw("result")).isEqualTo("[" + value + "," + value + "]");
    }

    @Test
    void anEmptyBodyIsNull() {
        String id = Api.active();
        Api.event(id, "approval", null).is(202);
        assertThat(Api.ended(id).json().at("/result/final/event").isNull()).isTrue();
    }

    @Test
    void anEmptyJsonBodyIsNullToo() {
        String id = Api.active();
        Api.event(id, "approval", "").is(202);
        assertThat(Api.ended(id).json().at("/result/final/event").isNull()).isTrue();
    }

    @Test
    void anEarlyEventIsBufferedAndHandedOverWhenTheWaitIsReached() {
        String id = Api.newId();
        Api.started(id, "two-events", "{}");
        Api.waitsFor(id, "event", "first");
        assertThat(Api.event(id, "second", "2").is(202).text("status")).isEqualTo("buffered");
        assertThat(Api.event(id, "first", "1").is(202).text("status")).isEqualTo("delivered");
        assertThat(Api.ended(id).raw("result")).isEqualTo("[1,2]");
    }

    @Test
    void anEventWaitsForAnExecutionThatIsNotDueYet() {
        String id = Api.newId();
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"two-events\",\"delaySecs\":1}")
                .is(201);
        assertThat(Api.event(id, "first", "1").is(202).text("status")).isEqualTo("buffered");
        assertThat(Api.event(id, "second", "2").is(202).text("status")).isEqualTo("buffered");
        assertThat(Api.ended(id).raw("result")).isEqualTo("[1,2]");
    }

    @Test
    void aSecondEventOfOneNameQueuesAfterTheFirst() {
        String id = Api.newId();
        Api.started(id, "two-events", "{}");
        Api.waitsFor(id, "event", "first");
        Api.event(id, "second", "\"a\"").is(202);
        Api.event(id, "second", "\"b\"").is(202);
        Api.event(id, "first", "0").is(202);
        assertThat(Api.ended(id).raw("result")).isEqualTo("[0,\"a\"]");
    }

    @Test
    void eventsThatNoWaitHasTakenStayForTheNextRunAndTakenOnesDoNot() {
        String id = Api.newId();
        Api.started(id, "two-events", "{}");
        Api.waitsFor(id, "event", "first");
        Api.event(id, "second", "\"a\"").is(202);
        Api.event(id, "second", "\"b\"").is(202);
        Api.event(id, "first", "0").is(202);
        Api.ended(id);
        Api.start("{\"executionId\":\"" + id
                        + "\",\"taskName\":\"two-events\",\"payload\":{},\"onConflict\":\"restart\"}")
                .is(201);
        Api.waitsFor(id, "event", "first");
        Api.event(id, "first", "1").is(202);
        assertThat(Api.ended(id).raw("result")).isEqualTo("[1,\"b\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Idempotency-Key", "Event-Id"})
    void aKeyRemovesDuplicates(String header) {
        String id = Api.newId();
        Api.started(id, "two-events", "{}");
        Api.waitsFor(id, "event", "first");
        assertThat(Api.event(id, "second", "1", header, "k").is(202).text("status"))
                .isEqualTo("buffered");
        assertThat(Api.event(id, "second", "2", header, "k").is(202).text("status"))
                .isEqualTo("duplicate");
        Api.event(id, "first", "0").is(202);
        assertThat(Api.ended(id).raw("result")).isEqualTo("[0,1]");
    }

    @Test
    void theKeyOfADeliveredEventIsRememberedWhileTheRunLasts() {
        String id = Api.newId();
        Api.started(id, "two-events", "{}");
        Api.waitsFor(id, "event", "first");
        assertThat(Api.event(id, "first", "0", "Event-Id", "k").is(202).text("status"))
                .isEqualTo("delivered");
        assertThat(Api.event(id, "first", "0", "Event-Id", "k").is(202).text("status"))
                .isEqualTo("duplicate");
        Api.cancel(id).is(204);
    }

    @Test
    void theSameKeyCountsAgainInTheNextRun() {
        String id = Api.active();
        Api.event(id, "approval", "1", "Event-Id", "k").is(202);
        Api.ended(id);
        Api.start("{\"executionId\":\"" + id
                        + "\",\"taskName\":\"approval\",\"payload\":{},\"onConflict\":\"restart\"}")
                .is(201);
        Api.waitsFor(id, "event", "approval");
        assertThat(Api.event(id, "approval", "2", "Event-Id", "k").is(202).text("status"))
                .isEqualTo("delivered");
        assertThat(Api.ended(id).json().at("/result/final/event").asInt()).isEqualTo(2);
    }

    @Test
    void anUnknownExecutionIs404() {
        Api.event(Api.newId(), "x", "1").isProblem(404);
    }

    @Test
    void aTerminalExecutionIs409ThatSaysItsState() {
        Api.event(Api.completed(), "x", "1").isProblem(409, "completed");
        Api.event(Api.failed(), "x", "1").isProblem(409, "failed");
    }

    @Test
    void malformedJsonIs400() {
        String id = Api.active();
        Api.event(id, "approval", "{").isProblem(400);
        Api.event(id, "approval", "[".repeat(1001) + "]".repeat(1001)).isProblem(400);
        Api.cancel(id).is(204);
    }

    @Test
    void anEventNameIsPercentDecoded() {
        String id = Api.active();
        assertThat(Api.event(id, "a/b ü", "1").is(202).text("status")).isEqualTo("buffered");
        assertThat(RawSocket.send(
                                "POST",
                                "/api/v1/events/" + id + "/%61pproval",
                                "1".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .is(202)
                        .text("status"))
                .isEqualTo("delivered");
        Api.ended(id);
    }
}
