package io.zart.server.breaking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * A client as it should be: it asks any instance, follows {@code Retry-After} and repeats what it did not get an answer to. Keeps
 * what no answer may be. Thread-safe.
 */
final class Client {

    /** An answer: its status and its body, which is missing when it is no JSON. */
    record Answer(int status, JsonNode body) {
        boolean ok() {
            return status >= 200 && status < 300;
        }
    }

    /** Time for a connection, for two statements in a row and for a machine under load. */
    private static final Duration LONGEST = Duration.ofSeconds(40);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Fleet fleet;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    final Queue<String> offences = new ConcurrentLinkedQueue<>();
    final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
    final LongAdder unanswered = new LongAdder();

    Client(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Repeats until it is answered otherwise than by 503, or until the time is over. Null if it never was. */
    Answer persist(Duration time, String method, String path, String body, String... headers) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Answer answer = once(method, path, body, headers);
            if (answer != null && answer.status() != 503) {
                return answer;
            }
            Faults.pause(50 + ThreadLocalRandom.current().nextInt(200));
        }
        return null;
    }

    /** One request to any instance; null if the connection was cut or nobody answered. */
    Answer once(String method, String path, String body, String... headers) {
        int index = ThreadLocalRandom.current().nextInt(fleet.size());
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(fleet.instance(index).url() + path))
                .timeout(LONGEST)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            statuses.computeIfAbsent(response.statusCode(), status -> new LongAdder())
                    .increment();
            look(method + " " + path, response);
            return new Answer(response.statusCode(), json(response.body()));
        } catch (java.net.http.HttpTimeoutException e) {
            if (!(e instanceof java.net.http.HttpConnectTimeoutException)) {
                offences.add(method + " " + path + " was not answered within " + LONGEST);
            }
            unanswered.increment();
            return null;
        } catch (IOException e) {
            unanswered.increment();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void look(String request, HttpResponse<String> response) {
        int status = response.statusCode();
        boolean refused =
                status == 503 && response.headers().firstValue("Retry-After").isEmpty();
        if (refused || status >= 500 && status != 503 && status != 504) {
            offences.add(request + " was answered " + status + ": " + response.body());
        }
    }

    private static JsonNode json(String text) {
        try {
            return text.isEmpty() ? null : JSON.readTree(text);
        } catch (IOException e) {
            return null;
        }
    }
}
