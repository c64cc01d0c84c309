package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2: payloads and results come back as they went in. */
abstract class JsonFidelityContract extends ServiceContract {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"z\":1,\"a\":2,\"m\":3}",
                "{\"a\":1,\"a\":2,\"a\":{\"a\":3}}",
                "123456789012345678901234567890",
                "-0",
                "-0.0",
                "1.0",
                "1e3",
                "1E+3",
                "1.50",
                "1e400",
                "1e-400",
                "1e999999999",
                "0.1000000000000000055511151231257827021181583404541015625",
                "[1.0,1e3,{\"b\":[],\"a\":{}}]",
                "\"\\u0000\"",
                "{\"\\u0000\":\"\\u0000\"}",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"😀 é 漢字\"",
                "\"\"",
                "{\"\":\"\"}",
                "true",
                "false",
                "null",
                "[]",
                "{}",
                "[null]",
                "{\"payload\":{\"taskName\":\"x\",\"executionId\":\"y\"}}"
            })
    void aPayloadComesBackToTheLetterAsPayloadAndAsResult(String payload) {
        String id = Api.newId();
        assertThat(Api.started(id, "echo", payload).raw("payload"))
                .as("payload of the 201")
                .isEqualTo(payload);
        Answer end = Api.ended(id);
        assertThat(end.text("status")).isEqualTo("completed");
        assertThat(end.raw("payload")).as("payload of the finished execution").isEqualTo(payload);
        assertThat(end.raw("result")).as("result").isEqualTo(payload);
    }

    @Test
    void anAbsentPayloadIsNull() {
        String id = Api.newId();
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"echo\"}").is(201);
        Answer end = Api.ended(id);
        assertThat(end.raw("payload")).isEqualTo("null");
        assertThat(end.raw("result")).isEqualTo("null");
    }

    @Test
    void otherSpellingsOfEscapesKeepTheirMeaning() {
        String id = Api.newId();
        Api.started(id, "echo", "\"\\u00e9\\/\\ud83d\\ude00\\n\\t\"");
        assertThat(Api.ended(id).json().path("result").asText()).isEqualTo("é/😀\n\t");
    }

    @Test
    void aThousandLevelsAreFine() {
        String payload = "[".repeat(1000) + "]".repeat(1000);
        String id = Api.newId();
        assertThat(Api.started(id, "echo", payload).raw("payload")).isEqualTo(payload);
        assertThat(Api.ended(id).raw("result")).isEqualTo(payload);
    }

    @Test
    void aThousandLevelsOfObjectsAreFine() {
        String payload = "{\"a\":".repeat(999) + "{}" + "}".repeat(999);
        String id = Api.newId();
        Api.started(id, "echo", payload);
        assertThat(Api.ended(id).raw("result")).isEqualTo(payload);
    }

    @Test
    void oneLevelMoreIs400() {
        Api.start(Api.startBody(Api.newId(), "echo", "[".repeat(1001) + "]".repeat(1001)))
                .isProblem(400);
        Api.start(Api.startBody(Api.newId(), "echo", "[".repeat(100_000) + "]".repeat(100_000)))
                .isProblem(400);
    }

    @Test
    void aLongStringAndALongNumberAreFine() {
        String id = Api.newId();
        String payload = "[\"" + "x".repeat(1_000_000) + "\"," + "9".repeat(5000) + "]";
        Api.started(id, "echo", payload);
        assertThat(Api.ended(id).raw("result").equals(payload))
                .as("result equals payload")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"taskName\":\"echo\"",
                "{\"taskName\":\"echo\"} x",
                "{\"taskName\":\"echo\"}{}",
                "{taskName:\"echo\"}",
                "{'taskName':'echo'}",
                "{\"taskName\":\"echo\",}",
                "{\"taskName\":\"echo\",\"payload\":01}",
                "{\"taskName\":\"echo\",\"payload\":1.}",
                "{\"taskName\":\"echo\",\"payload\":.5}",
                "{\"taskName\":\"echo\",\"payload\":+1}",
                "{\"taskName\":\"echo\",\"payload\":NaN}",
                "{\"taskName\":\"echo\",\"payload\":[1,]}",
                "{\"taskName\":\"echo\",\"payload\":\"a\nb\"}",
                "{\"taskName\":\"echo\",\"payload\":\"\\x\"}",
                "{\"taskName\":\"echo\",\"payload\":\"\\u12\"}",
                "{\"taskName\":\"echo\",\"payload\":tru}",
                "{\"taskName\":\"echo\",/* no */\"payload\":1}"
            })
    void malformedJsonIs400(String body) {
        Api.start(body).isProblem(400);
    }

    @Test
    void malformedUtf8Is400() {
        byte[] body = "{\"taskName\":\"echo\",\"payload\":\"?\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[body.length - 3] = (byte) 0xff;
        RawSocket.send("POST", Api.EXECUTIONS, body, "Content-Type: application/json")
                .isProblem(400);
    }

    @Test
    void aResponseIsUtf8Json() {
        Answer answer = Api.get(Api.path(Api.completed()));
        assertThat(answer.header("content-type").orElse("")).startsWith("application/json");
    }
}
