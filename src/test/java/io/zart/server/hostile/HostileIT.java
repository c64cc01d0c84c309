package io.zart.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Hostile requests to every route of the OpenAPI document: no 5xx but a refusal, no hang, nothing of the internals in an answer.
 * {@code -Dzart.hostile.requests=10000} and {@code -Dzart.hostile.seed=…} make it long and repeatable.
 */
class HostileIT {

    private static final int HANG_MILLIS = 20_000;
    private static final int IDLE = 1_000;
    private static final Pattern INTERNALS = Pattern.compile(
            "Exception|\\bat [a-z]+\\.|io\\.zart|io\\.vertx|org\\.jboss|PgException|select \\*|insert into");
    private static final long SEED = Long.getLong("zart.hostile.seed", System.nanoTime());

    private static TestDatabase database;
    private static ServiceProcess service;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        service = ServiceProcess.start(
                Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "true", "ZART_WAIT_MAX", "2s"));
    }

    @AfterAll
    static void stop() {
        service.close();
        database.drop();
    }

    @Test
    void everyRouteRefusesWhatItCannotTakeAndSaysNothingOfItsInside() throws Exception {
        int requests = Integer.getInteger("zart.hostile.requests", 40);
        List<String> complaints = new ArrayList<>();
        JsonNode paths =
                new ObjectMapper().readTree(get("/openapi?format=json")).path("paths");
        paths.fields()
                .forEachRemaining(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (!List.of("get", "post", "delete", "put", "patch").contains(method)) {
                        return;
                    }
                    HostileRequests hostile =
                            new HostileRequests(SEED, method.toUpperCase(java.util.Locale.ROOT), path.getKey());
                    for (int i = 0; i < requests && complaints.size() < 20; i++) {
                        byte[] request = hostile.next();
                        String answer = exchange(request);
                        if (offends(answer)) {
                            complaints.add(shown(request) + "\n  → " + shown(answer.getBytes(StandardCharsets.UTF_8)));
                        }
                    }
                }));
        assertThat(paths.size()).as("paths in the document").isGreaterThan(5);
        assertThat(complaints).as("with -Dzart.hostile.seed=" + SEED).isEmpty();
        assertThat(service.status("/healthz")).isEqualTo(200);
        assertThat(service.output()).as("the log").doesNotContain("\nlevel=ERROR forged line");
    }

    @Test
    void idleHalfSentAndPipelinedConnectionsKeepNobodyElseOut() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < IDLE; i++) {
                Socket socket = connect();
                idle.add(socket);
                if (i % 3 == 0) {
                    send(socket, "POST /api/v1/executions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
                } else if (i % 3 == 1) {
                    send(socket, "GET /api/v1/exec");
                }
            }
            try (Socket halfClosed = connect()) {
                send(halfClosed, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                halfClosed.shutdownOutput();
                assertThat(read(halfClosed))
                        .as("an answer or the end, but no hang")
                        .matches("(?s)(HTTP/1.1 200.*)?");
            }
            try (Socket pipelined = connect()) {
                String one = "GET /api/v1/stats HTTP/1.1\r\nHost: x\r\n\r\n";
                send(pipelined, one.repeat(20) + one.replace("Host", "Connection: close\r\nHost"));
                assertThat(read(pipelined).split("HTTP/1.1 200", -1)).hasSize(22);
            }
            assertThat(status("GET /" + "x".repeat(200_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .isEqualTo("414");
            assertThat(status("GET /healthz HTTP/1.1\r\nHost: x\r\nBig: " + "x".repeat(200_000) + "\r\n\r\n"))
                    .isEqualTo("431");
            assertThat(service.status("/readyz")).isEqualTo(200);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private static boolean offends(String answer) {
        boolean told = answer.startsWith("HTTP/1.1 503") || answer.startsWith("HTTP/1.1 504");
        return !answer.startsWith("HTTP/1.")
                || answer.startsWith(" 5", 8) && !told
                || answer.contains("\r\nX-Injected")
                || !answer.startsWith("HTTP/1.1 2") && INTERNALS.matcher(answer).find();
    }

    private static String shown(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.substring(0, Math.min(600, text.length())).replace("\r\n", "⏎");
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", URI.create(service.url()).getPort());
        socket.setSoTimeout(HANG_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The status of the answer, whether or not the connection stays open. */
    private static String status(String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request);
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8).substring(9);
        }
    }

    /** The answer up to the end of the connection, or what went wrong. */
    private static String exchange(byte[] request) {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request);
            return read(socket);
        } catch (IOException e) {
            return "no answer: " + e;
        }
    }

    private static String get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(service.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
