package io.zart.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that do nothing, too little, too slowly or too much at once, on a service with little memory. */
class HostileConnectionsIT {

    /** {@code -Dzart.hostile.connections=…} makes them more; the system must allow as many open files. */
    private static final int IDLE = Integer.getInteger("zart.hostile.connections", 1_000);

    /** Together their bodies would not fit into the memory of the service. */
    private static final int ANNOUNCED = 400;

    private static final int LARGE = 2_000_000;
    /** More than an eighth of 512 MiB. */
    private static final int LARGE_BODIES = 40;

    private static final int DRIPPING = 50;
    private static final String BODY = "{\"taskName\":\"echo\",\"payload\":\"abcdefghij\"}";
    private static final String POST = "POST /api/v1/executions HTTP/1.1\r\nHost: x\r\nContent-Length: ";
    private static final String STATS = "GET /api/v1/stats HTTP/1.1\r\nHost: x\r\n";

    private TestDatabase database;
    private ServiceProcess service;
    private Wire wire;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        service = ServiceProcess.start(Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "true"));
        wire = new Wire(service.url());
    }

    @AfterEach
    void stop() throws Exception {
        wire.close();
        service.close();
        database.drop();
    }

    @Test
    void noConnectionKeepsOthersOutOrTakesMemoryForWhatItDoesNotSend() throws Exception {
        long before = LiveMemory.mebibytes(service);
        for (int i = 0; i < IDLE; i++) {
            wire.hold(i % 3 == 0 ? POST + "100\r\n\r\n{" : i % 3 == 1 ? "GET /api/v1/exec" : "");
        }
        for (int i = 0; i < ANNOUNCED; i++) {
            wire.hold(POST + LARGE + "\r\n\r\n{\"taskName\":");
        }
        serves();
        assertThat(LiveMemory.mebibytes(service))
                .as("MiB in use, before " + before)
                .isLessThan(before + LiveMemory.allowance() + IDLE / 100);
        bodiesThatDripInAreTaken();
        oddRequestsAreAnsweredOrCut();
        headsThatAreTooLongAreToldSo();
        if (!ServiceProcess.isNative()) {
            // The native binary takes its share of all the memory of the machine, which this cannot fill.
            bodiesThatFillTheirRoomAreRefused();
        }
        assertThat(service.output()).as("the log").doesNotContain("OutOfMemory");
    }

    private void serves() {
        assertThat(wire.exchange(STATS + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
        assertThat(wire.exchange(POST + BODY.length() + "\r\nConnection: close\r\n\r\n" + BODY))
                .startsWith("HTTP/1.1 201");
    }

    private void bodiesThatDripInAreTaken() throws Exception {
        List<Socket> dripping = new ArrayList<>();
        for (int i = 0; i < DRIPPING; i++) {
            dripping.add(wire.hold(POST + BODY.length() + "\r\nConnection: close\r\n\r\n"));
        }
        for (int at = 0; at < BODY.length(); at++) {
            for (Socket socket : dripping) {
                Wire.send(socket, BODY.substring(at, at + 1));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        for (Socket socket : dripping) {
            assertThat(Wire.read(socket)).startsWith("HTTP/1.1 201");
        }
    }

    private void oddRequestsAreAnsweredOrCut() throws Exception {
        try (Socket halfClosed = wire.connect()) {
            Wire.send(halfClosed, STATS + "Connection: close\r\n\r\n");
            halfClosed.shutdownOutput();
            assertThat(Wire.read(halfClosed))
                    .as("an answer or the end, but no hang")
                    .matches("(?s)(HTTP/1.1 200.*)?");
        }
        try (Socket halfBody = wire.connect()) {
            Wire.send(halfBody, POST + "100\r\n\r\n{");
            halfBody.shutdownOutput();
            assertThat(Wire.read(halfBody)).as("an answer or the end").matches("(?s)(HTTP/1.1 4.*)?");
        }
        assertThat(wire.exchange((STATS + "\r\n").repeat(20) + STATS + "Connection: close\r\n\r\n")
                        .split("HTTP/1.1 200", -1))
                .as("21 pipelined requests")
                .hasSize(22);
        String chunked =
                "POST /api/v1/executions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n";
        assertThat(wire.exchange(
                        chunked + "\r\n" + Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 201");
        assertThat(wire.exchange(chunked + "\r\nzz\r\n" + BODY + "\r\n0\r\n\r\n"))
                .as("a chunk of no length")
                .matches("(?s)(HTTP/1.1 4.*)?");
        assertThat(wire.exchange(chunked + "Content-Length: 5\r\n\r\n0\r\n\r\n" + STATS + "\r\n")
                        .split("HTTP/1.1 ", -1))
                .as("a body of two lengths hides no second request behind the first")
                .hasSizeLessThanOrEqualTo(2);
        assertThat(wire.exchange("GET / HTTP/9.9\r\n\r\n")).matches("(?s)(HTTP/\\d\\.\\d [45].*)?");
        serves();
    }

    private void headsThatAreTooLongAreToldSo() throws Exception {
        String end = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        String longTarget = wire.exchange("GET /api/v1/executions?search=" + "x".repeat(40_000) + end + "\r\n");
        assertThat(longTarget).startsWith("HTTP/1.1 414").contains("application/problem+json", "target-too-long");
        String largeHeaders = wire.exchange("GET /healthz" + end + "Big: " + "x".repeat(30_000) + "\r\n\r\n");
        assertThat(largeHeaders).startsWith("HTTP/1.1 431").contains("application/problem+json", "headers-too-large");
        assertThat(wire.status("GET /" + "x".repeat(200_000) + end + "\r\n"))
                .as("beyond what is read at all")
                .isEqualTo("414");
        assertThat(wire.status("GET /healthz" + end + "Big: " + "x".repeat(200_000) + "\r\n\r\n"))
                .as("beyond what is read at all")
                .isEqualTo("431");
    }

    /** Clients send all of their large bodies but the end. */
    private void bodiesThatFillTheirRoomAreRefused() throws Exception {
        String most = "[" + "1,".repeat(LARGE / 2 - 10);
        for (int i = 0; i < LARGE_BODIES; i++) {
            wire.hold(POST + LARGE + "\r\n\r\n" + most);
        }
        // Read side by side, some of them are refused while others grow: this one may have got a place. It keeps it, so
        // that the next
        // finds none.
        Awaitility.await("a refusal")
                .atMost(Duration.ofSeconds(90))
                .ignoreExceptionsInstanceOf(SocketTimeoutException.class)
                .untilAsserted(
                        () -> assertThat(Wire.read(wire.hold(POST + LARGE + "\r\nConnection: close\r\n\r\n" + most)))
                                .startsWith("HTTP/1.1 503")
                                .contains("Retry-After", "overloaded"));
        assertThat(service.status("/healthz")).isEqualTo(200);
        assertThat(wire.exchange(STATS + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
        assertThat(wire.exchange(POST + BODY.length() + "\r\nConnection: close\r\n\r\n" + BODY))
                .as("a request in one piece")
                .startsWith("HTTP/1.1 201");
    }
}
