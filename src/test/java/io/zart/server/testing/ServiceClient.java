package io.zart.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client of one service, known by its root URL. Thread-safe. */
public final class ServiceClient {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** A client of the service at that URL, which has no slash at its end. */
    public ServiceClient(String url) {
        this.url = url;
    }

    /** An answer: its status and its text. */
    public record Answer(int status, String text) {

        /** The body as JSON. */
        public JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(text, e);
            }
        }
    }

    /** Starts an execution and gives the answer; a connection that breaks is an {@link UncheckedIOException}. */
    public Answer start(String id, String taskName, String payload) {
        String body = "{\"executionId\":\"" + id + "\",\"taskName\":\"" + taskName + "\",\"payload\":" + payload + "}";
        return post("/api/v1/executions", body);
    }

    /** Delivers an event without a payload. */
    public Answer deliver(String id, String event) {
        return post("/api/v1/events/" + id + "/" + event, "null");
    }

    /** Sends a body, which is JSON. */
    public Answer post(String path, String body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    /** Reads a path. */
    public Answer get(String path) {
        return send(request(path).GET().build());
    }

    /** Waits for the end of an execution for as long as the service allows, as often as it takes. */
    public JsonNode end(String id) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = get(waitPath(id));
        while (answer.status() == 504 && System.nanoTime() < deadline) {
            answer = get(waitPath(id));
        }
        if (answer.status() != 200) {
            throw new IllegalStateException("wait for " + id + ": " + answer);
        }
        return answer.json();
    }

    /** Parks a wait for as long as the service allows; cancelling the future takes the connection away. */
    public CompletableFuture<Answer> park(String id) {
        CompletableFuture<HttpResponse<String>> sent =
                client.sendAsync(request(waitPath(id) + "?timeoutSecs=55").GET().build(), BodyHandlers.ofString());
        CompletableFuture<Answer> answer =
                sent.thenApply(response -> new Answer(response.statusCode(), response.body()));
        answer.whenComplete((value, failure) -> sent.cancel(true));
        return answer;
    }

    private static String waitPath(String id) {
        return "/api/v1/executions/" + id + "/wait";
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
