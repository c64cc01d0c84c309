package io.zart.server.breaking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client as it should be: it asks any instance, follows {@code Retry-After} and repeats at another one what it did not get an
 * answer to. Reports what no answer may be. For one thread.
 */
final class Client {

    /** An answer: its status and its body, which is missing when it is no JSON. */
    record Answer(int status, JsonNode body, long retryAfterSeconds) {
        boolean ok() {
            return status >= 200 && status < 300;
        }
    }

    /** What the service promises when the database is away, the longest that a fault stops the service itself, and some load. */
    private static final Duration LONGEST = Duration.ofSeconds(15 + 5 + 10);

    /** A request may take as much longer as it has asked for itself. */
    private static final Pattern WAITS = Pattern.compile("timeoutSecs=(\\d+)");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Fleet fleet;
    private final Random random;
    private final Report report;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    /** @param random chooses the instances */
    Client(Fleet fleet, Random random, Report report) {
        this.fleet = fleet;
        this.random = random;
        this.report = report;
    }

    /** Repeats until it is answered otherwise than by 503, or until the time is over, which is an offence. Null if it never was. */
    Answer persist(Duration time, String method, String path, String body, String... headers) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            Answer answer = once(method, path, body, headers);
            if (answer != null && answer.status() != 503) {
                return answer;
            }
            Faults.pause(50 + random.nextInt(200) + (answer == null ? 0 : 1000 * answer.retryAfterSeconds()));
        }
        report.offences.add(method + " " + path + " was not answered for " + time + ", however often it was repeated");
        return null;
    }

    /** One request to any instance; null if the connection was cut or nobody answered. */
    Answer once(String method, String path, String body, String... headers) {
        int index = random.nextInt(fleet.size());
        Matcher waits = WAITS.matcher(path);
        Duration asked = Duration.ofSeconds(waits.find() ? Long.parseLong(waits.group(1)) : 0);
        long began = System.nanoTime();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(fleet.instance(index).url() + path))
                .timeout(asked.plus(LONGEST))
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
            report.answered(
                    response.statusCode(),
                    Duration.ofNanos(System.nanoTime() - began).minus(asked));
            return checked(method + " " + path, response);
        } catch (HttpTimeoutException e) {
            if (!(e instanceof HttpConnectTimeoutException)) {
                report.offences.add(method + " " + path + " was not answered within " + asked.plus(LONGEST));
            }
        } catch (IOException e) {
            // Refused or cut: another one will answer.
            report.unanswered();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        report.unanswered();
        return null;
    }

    private Answer checked(String request, HttpResponse<String> response) {
        int status = response.statusCode();
        long retryAfter = response.headers()
                .firstValue("Retry-After")
                .map(Long::parseLong)
                .orElse(-1L);
        if (status == 503 && retryAfter < 0 || status >= 500 && status != 503 && status != 504) {
            report.offences.add(request + " was answered " + status + ": " + response.body());
        }
        return new Answer(status, json(response.body()), Math.max(0, retryAfter));
    }

    private static JsonNode json(String text) {
        try {
            return text.isEmpty() ? null : JSON.readTree(text);
        } catch (IOException e) {
            return null;
        }
    }
}
