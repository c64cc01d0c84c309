package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The public API seen by a client that knows nothing but HTTP. */
final class Api {

    static final String EXECUTIONS = "/api/v1/executions";
    static final Duration HANG = Duration.ofSeconds(60);

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Api() {}

    /** An id that no other test uses. */
    static String newId() {
        return "t-" + UUID.randomUUID();
    }

    /** Waits until the service is ready; another one may answer at the same port than for the test before. */
    static void awaitReady() {
        await("readiness")
                .atMost(HANG)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get("/readyz").status() == 200);
    }

    static int port() {
        return RestAssured.port;
    }

    static String path(String id) {
        return EXECUTIONS + "/" + encode(id);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static Answer get(String path, String... headers) {
        return send(request("GET", path, null, headers));
    }

    static Answer head(String path, String... headers) {
        return send(request("HEAD", path, null, headers));
    }

    static Answer post(String path, String body, String... headers) {
        return send(request("POST", path, body, headers));
    }

    static Answer method(String method, String path, String... headers) {
        return send(request(method, path, null, headers));
    }

    static CompletableFuture<Answer> getAsync(String path, String... headers) {
        HttpRequest request = request("GET", path, null, headers);
        return CLIENT.sendAsync(request, BodyHandlers.ofString()).thenApply(Api::answer);
    }

    static CompletableFuture<Answer> postAsync(String path, String body, String... headers) {
        HttpRequest request = request("POST", path, body, headers);
        return CLIENT.sendAsync(request, BodyHandlers.ofString()).thenApply(Api::answer);
    }

    /** Starts an execution with a body. */
    static Answer start(String body, String... headers) {
        return post(EXECUTIONS, body, headers);
    }

    /** Starts an execution and asserts that it is new. */
    static Answer started(String id, String task, String payload) {
        return start(startBody(id, task, payload)).is(201);
    }

    static String startBody(String id, String task, String payload) {
        return "{\"executionId\":\"" + id + "\",\"taskName\":\"" + task + "\",\"payload\":" + payload + "}";
    }

    /** Waits until an execution has ended. */
    static Answer ended(String id) {
        return get(path(id) + "/wait").is(200);
    }

    /** Runs a task to its end under a new id. */
    static Answer run(String task, String payload) {
        String id = newId();
        started(id, task, payload);
        return ended(id);
    }

    static Answer cancel(String id) {
        return post(path(id) + "/cancel", null);
    }

    static Answer event(String id, String name, String body, String... headers) {
        return post("/api/v1/events/" + encode(id) + "/" + encode(name), body, headers);
    }

    /** Waits until the execution is parked for something of this kind. */
    static Answer waitsFor(String id, String kind, String name) {
        return await("execution " + id + " waits for " + kind + " " + name)
                .atMost(HANG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> get(path(id)), seen -> {
                    var waiting = seen.json().path("waiting");
                    return waiting.path("kind").asText().equals(kind)
                            && (name == null || waiting.path("name").asText().equals(name));
                });
    }

    /** An id of an execution that has completed. */
    static String completed() {
        String id = newId();
        started(id, "echo", "1");
        assertThat(ended(id).text("status")).isEqualTo("completed");
        return id;
    }

    /** An id of an execution that waits for its event {@code approval}. */
    static String active() {
        String id = newId();
        started(id, "approval", "{}");
        waitsFor(id, "event", "approval");
        return id;
    }

    /** An id of an execution that has failed. */
    static String failed() {
        String id = newId();
        started(id, "panicky", "{}");
        assertThat(ended(id).text("status")).isEqualTo("failed");
        return id;
    }

    /** An id of an execution that was cancelled. */
    static String cancelled() {
        String id = active();
        cancel(id).is(204);
        return id;
    }

    private static HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .timeout(HANG)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        boolean typed = false;
        for (int i = 0; i < headers.length; i += 2) {
            typed |= headers[i].equalsIgnoreCase("content-type");
            builder.header(headers[i], headers[i + 1]);
        }
        if (body != null && !typed) {
            builder.header("Content-Type", "application/json");
        }
        return builder.build();
    }

    private static Answer send(HttpRequest request) {
        try {
            return answer(CLIENT.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(request + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(request + " was interrupted", e);
        }
    }

    private static Answer answer(HttpResponse<String> response) {
        Map<String, List<String>> headers = new TreeMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        String line =
                response.request().method() + " " + response.request().uri().getRawPath()
                        + (response.request().uri().getRawQuery() == null
                                ? ""
                                : "?" + response.request().uri().getRawQuery());
        return new Answer(line, response.statusCode(), headers, response.body());
    }
}
