package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2: how request bodies arrive, and their limit. */
abstract class BodyContract extends ServiceContract {

    private static final int LIMIT = 2 * 1024 * 1024;

    @Test
    void aBodyOfExactlyTheLimitIsAccepted() {
        String id = Api.newId();
        Api.start(bodyOf(LIMIT, id)).is(201);
        assertThat(Api.ended(id).raw("result").length()).isGreaterThan(LIMIT - 200);
    }

    @Test
    void oneByteMoreIs413() {
        Api.start(bodyOf(LIMIT + 1, Api.newId())).isProblem(413);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9_000, 11_000, 100_000, LIMIT})
    void aChunkedBodyIsReadWhole(int size) {
        String id = Api.newId();
        RawSocket.sendRaw(chunked(bodyOf(Math.max(size, 120), id))).is(201);
        assertThat(Api.ended(id).text("status")).isEqualTo("completed");
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, LIMIT * 3})
    void aChunkedBodyOverTheLimitIs413(int size) {
        RawSocket.sendRaw(chunked(bodyOf(size, Api.newId()))).isProblem(413);
    }

    @Test
    void anAnnouncedBodyOverTheLimitIsRefusedBeforeItIsSent() {
        RawSocket.sendRaw(("POST " + Api.EXECUTIONS + " HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/json\r\nContent-Length: 999999999999\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8))
                .isProblem(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: ,,,;q=9", "Content-Type: ;;;", "X-Harmless: 1"})
    void aBodyThatNobodyReadsAndThatNeverComesDoesNotHoldTheConnection(String header) {
        assertThat(RawSocket.exchange(
                        "POST " + Api.EXECUTIONS + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header
                                + "\r\nContent-Length: 999999999999\r\n\r\n{",
                        new byte[0]))
                .startsWith("HTTP/1.1 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: ,,,;q=9", "Content-Type: ;;;"})
    void afterABodyThatNobodyReadTheConnectionGoesOn(String header) {
        String answers = RawSocket.exchange(
                "POST " + Api.EXECUTIONS + " HTTP/1.1\r\nHost: localhost\r\n" + header
                        + "\r\nContent-Length: 2\r\n\r\n{}GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                new byte[0]);
        assertThat(answers).startsWith("HTTP/1.1 4").contains("HTTP/1.1 200 ");
    }

    @Test
    void aConnectionWhoseBodyWasReadOutlivesOneWhoseBodyNeverComes() throws IOException {
        String body = bodyOf(200, Api.newId());
        String start = "POST " + Api.EXECUTIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        String last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        try (Socket read = new Socket("localhost", Api.port())) {
            read.setSoTimeout((int) Api.HANG.toMillis());
            read.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
            assertThat(read.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 201");
            // Ends when the service loses its patience, which would have ended before on the connection above.
            aBodyThatNobodyReadsAndThatNeverComesDoesNotHoldTheConnection("Content-Type: ;;;");
            read.getOutputStream().write(last.getBytes(StandardCharsets.US_ASCII));
            assertThat(read.getInputStream().readAllBytes()).asString().contains("HTTP/1.1 200 ");
        }
    }

    @Test
    void aClientThatExpectsContinueIsToldToGoOn() {
        byte[] body = bodyOf(200, Api.newId()).getBytes(StandardCharsets.UTF_8);
        String answer = RawSocket.exchange(
                "POST " + Api.EXECUTIONS
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n",
                body);
        assertThat(answer).startsWith("HTTP/1.1 100 ").contains("HTTP/1.1 201 ");
    }

    @Test
    void anEmptyBodyWhereOneIsNeededIs400() {
        Api.post(Api.EXECUTIONS, null).isProblem(400);
        Api.post(Api.EXECUTIONS, "").isProblem(400);
        Api.post(Api.EXECUTIONS + "/wait", "").isProblem(400);
        RawSocket.send("POST", Api.EXECUTIONS, new byte[0], "Content-Type: application/json")
                .isProblem(400);
    }

    @Test
    void aConnectionThatSentAnEmptyBodyGoesOn() {
        String request = "POST " + Api.EXECUTIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
        String last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        String answers = RawSocket.exchange(request + request + last, new byte[0]);
        assertThat(answers.split("HTTP/1.1 400 ", -1)).as("answers of 400").hasSize(3);
        assertThat(answers).contains("HTTP/1.1 200 ");
    }

    private static String bodyOf(int bytes, String id) {
        String frame = Api.startBody(id, "echo", "\"\"");
        return Api.startBody(id, "echo", "\"" + "x".repeat(bytes - frame.length()) + "\"");
    }

    private static byte[] chunked(String body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("POST " + Api.EXECUTIONS + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        for (int at = 0; at < body.length(); at += 50_000) {
            String part = body.substring(at, Math.min(at + 50_000, body.length()));
            out.writeBytes(
                    (Integer.toHexString(part.length()) + "\r\n" + part + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
