package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A client of the public API. Safe for use by several threads; calls block. Every call is safe to repeat, and is repeated when the
 * connection breaks or the service is away for a moment: a start carries an id, an event carries an idempotency key.
 */
public final class ZartClient {

    private static final int TRIES = 8;
    private static final long LONGEST_POLL_SECONDS = 30;
    private static final int CHILDREN_OF_A_PAGE = 100;
    private static final Duration ANSWER = Duration.ofSeconds(90);

    private final Http http;
    private final Json json;
    private final String prefix;

    /** A client of the service at that URL, without credentials. */
    public ZartClient(String url) {
        this(url, "/api/v1", Map.of(), null);
    }

    /**
     * A client.
     *
     * @param url base URL
     * @param prefix of the API
     * @param headers sent with every request, for example {@code Authorization}
     * @param mapper for payloads, or null for the default one
     */
    public ZartClient(String url, String prefix, Map<String, String> headers, ObjectMapper mapper) {
        this.http = new Http(url, headers);
        this.json = new Json(mapper);
        this.prefix = prefix;
    }

    /** Starts an execution, or gives the one that has the id; a null id makes a new one. */
    public Execution start(String taskName, Object payload, String executionId) {
        return start(taskName, payload, executionId, Map.of());
    }

    /** The same with further members of the request: {@code onConflict}, {@code delaySecs}, {@code timeoutSecs}, {@code tags}. */
    public Execution start(String taskName, Object payload, String executionId, Map<String, ?> options) {
        ObjectNode body = json.object();
        options.forEach((name, value) -> body.set(name, json.tree(value)));
        body.put("executionId", executionId == null ? UUID.randomUUID().toString() : executionId)
                .put("taskName", taskName)
                .set("payload", json.tree(payload));
        return Execution.of(call("POST", "/executions", body, Map.of()), json);
    }

    /** The execution; fails with status 404 if there is none. */
    public Execution get(String executionId) {
        return Execution.of(call("GET", "/executions/" + encode(executionId), null, Map.of()), json);
    }

    /** Waits until it has ended, or so long: empty then. */
    public Optional<Execution> await(String executionId, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            long left = Math.max(0, Duration.ofNanos(end - System.nanoTime()).toSeconds() + 1);
            String path =
                    "/executions/" + encode(executionId) + "/wait?timeoutSecs=" + Math.min(LONGEST_POLL_SECONDS, left);
            try {
                return Optional.of(Execution.of(call("GET", path, null, Map.of()), json));
            } catch (ApiException e) {
                if (e.status() != 504) {
                    throw e;
                }
                if (System.nanoTime() >= end) {
                    return Optional.empty();
                }
            }
        }
    }

    /** Executions by the filters of the API: {@code status}, {@code taskName}, {@code search}, {@code limit} and so on. */
    public List<Execution> list(Map<String, ?> filters) {
        StringBuilder query = new StringBuilder("/executions?");
        filters.forEach((name, value) -> query.append(encode(name))
                .append('=')
                .append(encode(String.valueOf(value)))
                .append('&'));
        List<Execution> found = new ArrayList<>();
        call("GET", query.toString(), null, Map.of()).forEach(record -> found.add(Execution.of(record, json)));
        return found;
    }

    /** The executions that its runs have started, by id. */
    public List<Execution> children(String executionId) {
        List<Execution> found = new ArrayList<>();
        while (true) {
            String after = found.isEmpty()
                    ? ""
                    : "?after=" + encode(found.get(found.size() - 1).id());
            JsonNode page = call("GET", "/executions/" + encode(executionId) + "/children" + after, null, Map.of());
            page.forEach(record -> found.add(Execution.of(record, json)));
            if (page.size() < CHILDREN_OF_A_PAGE) {
                return found;
            }
        }
    }

    /** Cancels it; fails with status 409 when it is completed or failed. */
    public void cancel(String executionId) {
        call("POST", "/executions/" + encode(executionId) + "/cancel", null, Map.of());
    }

    /** Delivers an event: {@code delivered}, {@code buffered} or {@code duplicate}. */
    public String deliver(String executionId, String event, Object payload) {
        String path = "/events/" + encode(executionId) + "/" + encode(event);
        Map<String, String> key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
        return call("POST", path, json.tree(payload), key).path("status").asText();
    }

    /** Executions by status. */
    public JsonNode stats() {
        return call("GET", "/stats", null, Map.of());
    }

    private JsonNode call(String method, String path, JsonNode body, Map<String, String> headers) {
        for (int tries = 0; ; tries++) {
            try {
                HttpResponse<String> answer = http.exchange(method, prefix + path, body, headers, ANSWER);
                boolean again = answer.statusCode() == 503 || answer.statusCode() == 429;
                if (!again || tries == TRIES) {
                    return read(answer);
                }
                Thread.sleep(Math.max(Http.retryAfterMillis(answer), Http.backoffMillis(tries)));
            } catch (IOException e) {
                if (tries == TRIES) {
                    throw new ApiException(0, null, method + " " + path + ": " + e, e);
                }
                pause(tries);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ApiException(0, null, method + " " + path + " was interrupted", e);
            }
        }
    }

    private static void pause(int tries) {
        try {
            Thread.sleep(Http.backoffMillis(tries));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(0, null, "interrupted", e);
        }
    }

    private JsonNode read(HttpResponse<String> answer) {
        boolean empty = answer.body().isEmpty();
        if (answer.statusCode() < 300) {
            return empty ? json.object() : json.parse(answer.body());
        }
        JsonNode problem = empty ? json.object() : json.parse(answer.body());
        throw new ApiException(
                answer.statusCode(),
                problem.path("code").asText(null),
                answer.statusCode() + ": " + problem.path("detail").asText("no details"),
                null);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
