package io.zart.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.testing.ServiceClient;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Hostile requests to every route of the OpenAPI document: no 5xx but a refusal, no hang, nothing of the internals in an answer,
 * no memory that stays. {@code -Dzart.hostile.requests=10000} and {@code -Dzart.hostile.seed=…} make it long and repeatable.
 */
class HostileIT {

    private static final int MOST_COMPLAINTS = 20;

    /** A service with all its samples and metrics of every route shows about a third of them. */
    private static final int MOST_SERIES = 4_000;

    private static final Pattern INTERNALS = Pattern.compile(
            "Exception|\\bat [a-z]+\\.|io\\.zart|io\\.vertx|org\\.jboss|PgException|select \\*|insert into");
    private static final Pattern NO_LENGTH = Pattern.compile("\r\nContent-Length: (?!\\d+\r\n)");
    private static final long SEED = Long.getLong("zart.hostile.seed", System.nanoTime());

    private static TestDatabase database;
    private static ServiceProcess service;
    private static Wire wire;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        service = ServiceProcess.start(
                Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "true", "ZART_WAIT_MAX", "2s"));
        wire = new Wire(service.url());
    }

    @AfterAll
    static void stop() {
        service.close();
        database.drop();
    }

    @Test
    void everyRouteRefusesWhatItCannotTakeSaysNothingOfItsInsideAndKeepsNoMemory() throws Exception {
        int half = Integer.getInteger("zart.hostile.requests", 40) / 2;
        List<HostileRequests> routes = routes();
        assertThat(routes).hasSizeGreaterThan(15);
        Queue<String> complaints = new ConcurrentLinkedQueue<>();
        sendToAll(routes, half, complaints);
        long before = LiveMemory.mebibytes(service);
        sendToAll(routes, half, complaints);
        assertThat(complaints).as("with -Dzart.hostile.seed=" + SEED).isEmpty();
        assertThat(service.status("/healthz")).isEqualTo(200);
        long after = LiveMemory.mebibytes(service);
        System.out.printf(
                "hostile, seed %d: %d requests to each of %d routes, %d MiB held after one half, %d after the other%n",
                SEED, 2 * half, routes.size(), before, after);
        assertThat(after).as("MiB in use, before " + before).isLessThan(before + LiveMemory.allowance());
        assertThat(service.output()).as("the log").doesNotContain("\nlevel=ERROR forged line");
        String metrics = new ServiceClient(service.url()).get("/metrics").text();
        assertThat(metrics).doesNotContain("drop table").doesNotContain("jndi").doesNotContain("xxxxxxxx");
        assertThat(metrics.lines()).hasSizeLessThan(MOST_SERIES);
    }

    private static List<HostileRequests> routes() throws Exception {
        List<HostileRequests> routes = new ArrayList<>();
        new ObjectMapper()
                .readTree(new ServiceClient(service.url())
                        .get("/openapi?format=json")
                        .text())
                .path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (List.of("get", "post", "delete", "put", "patch").contains(method)) {
                        routes.add(new HostileRequests(SEED, method.toUpperCase(Locale.ROOT), path.getKey()));
                    }
                }));
        return routes;
    }

    /** Many requests are answered only when the service has lost its patience, so that the routes do not wait for each other. */
    private static void sendToAll(List<HostileRequests> routes, int requests, Queue<String> complaints) {
        CompletableFuture.allOf(routes.stream()
                        .map(route -> CompletableFuture.runAsync(
                                () -> send(route, requests, complaints), command -> new Thread(command).start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private static void send(HostileRequests route, int requests, Queue<String> complaints) {
        for (int i = 0; i < requests && complaints.size() < MOST_COMPLAINTS; i++) {
            byte[] request = route.next();
            String answer = wire.exchange(request);
            if (offends(answer) && !(answer.equals(Wire.CUT) && unreadable(request))) {
                complaints.add(shown(request) + "\n  → " + shown(answer.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static boolean offends(String answer) {
        boolean told = answer.startsWith("HTTP/1.1 503") || answer.startsWith("HTTP/1.1 504");
        return !answer.startsWith("HTTP/1.")
                || answer.startsWith(" 5", 8) && !told
                || head(answer).contains("\r\nX-Injected")
                || !answer.startsWith("HTTP/1.1 2") && INTERNALS.matcher(answer).find();
    }

    /** Without the body, where a chunk may begin with anything. */
    private static String head(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        return end < 0 ? answer : answer.substring(0, end);
    }

    /** Where a body ends that has no length is not to be known: the rest of it may find the connection closed. */
    private static boolean unreadable(byte[] request) {
        return NO_LENGTH
                .matcher(new String(request, StandardCharsets.ISO_8859_1))
                .find();
    }

    private static String shown(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.substring(0, Math.min(600, text.length())).replace("\r\n", "⏎");
    }

    @Test
    void whatLooksLikeSqlOrMarkupIsOrdinaryTextInEveryName() throws Exception {
        ServiceClient client = new ServiceClient(service.url());
        ObjectMapper json = new ObjectMapper();
        for (String text : HostileRequests.SPEAKING) {
            String quoted = json.writeValueAsString(text);
            JsonNode started = client.post(
                            "/api/v1/executions",
                            "{\"executionId\":" + quoted + ",\"taskName\":" + quoted + ",\"payload\":" + quoted
                                    + ",\"tags\":{" + quoted + ":" + quoted + "}}")
                    .json();
            assertThat(started.path("durableExecutionId").asText()).isEqualTo(text);
            String path =
                    java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
            JsonNode read = client.get("/api/v1/executions/" + path).json();
            assertThat(read.path("name").asText()).isEqualTo(text);
            assertThat(read.path("payload").asText()).isEqualTo(text);
            assertThat(client.post("/api/v1/events/" + path + "/" + path, quoted)
                            .status())
                    .as("an event named " + text)
                    .isEqualTo(202);
            JsonNode found = client.get("/api/v1/executions?search=" + path + "&taskName=" + path)
                    .json();
            assertThat(found).as("executions found by " + text).hasSize(1);
            assertThat(client.post(
                                    "/zart/admin/v1/pause",
                                    "{\"executionId\":" + quoted + ",\"taskName\":" + quoted + ",\"reason\":" + quoted
                                            + ",\"triggeredBy\":" + quoted + "}")
                            .status())
                    .as("a pause rule for " + text)
                    .isEqualTo(201);
            assertThat(client.post("/api/v1/executions/" + path + "/cancel", "").status())
                    .as("the cancel of " + text)
                    .isEqualTo(204);
        }
    }
}
