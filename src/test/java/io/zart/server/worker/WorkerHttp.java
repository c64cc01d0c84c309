package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The service as a worker and its clients see it: HTTP and JSON, nothing else. */
final class WorkerHttp {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();
    private final String root;

    /** @param root the service's URL, without a slash at its end */
    WorkerHttp(String root) {
        this.root = root;
    }

    /** An answer. */
    record Answer(int status, String body) {

        Answer is(int expected) {
            assertThat(status).as(body).isEqualTo(expected);
            return this;
        }

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }
    }

    static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    Answer get(String path) {
        return join(send("GET", path, null));
    }

    Answer post(String path, String body) {
        return join(send("POST", path, body));
    }

    CompletableFuture<Answer> send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request, BodyHandlers.ofString());
        open.add(answer);
        return answer.whenComplete((done, failure) -> open.remove(answer))
                .thenApply(done -> new Answer(done.statusCode(), done.body()));
    }

    String root() {
        return root;
    }

    /** Closes the connections of all requests that have no answer. */
    void abandonAll() {
        open.forEach(answer -> answer.cancel(true));
    }

    /** Claims for that task name that wait. */
    int parked(String taskName) {
        int parked = 0;
        for (JsonNode worker : get("/zart/admin/v1/workers").is(200).json()) {
            if (worker.path("taskNames").get(0).asText().equals(taskName)) {
                parked += worker.path("parkedClaims").asInt();
            }
        }
        return parked;
    }

    private static Answer join(CompletableFuture<Answer> answer) {
        return answer.join();
    }

    /** Starts an execution under a new id. */
    String start(String taskName, String payload) {
        String id = unique("w");
        post(
                        "/api/v1/executions",
                        "{\"executionId\":\"" + id + "\",\"taskName\":\"" + taskName + "\",\"payload\":" + payload
                                + "}")
                .is(201);
        return id;
    }

    JsonNode execution(String id) {
        return get("/api/v1/executions/" + id).is(200).json();
    }

    /** The execution once it has ended. */
    JsonNode ended(String id) {
        return await("the end of " + id)
                .atMost(Duration.ofMinutes(3))
                .until(() -> get("/api/v1/executions/" + id + "/wait"), answer -> answer.status() == 200)
                .json();
    }

    /** Waits until the execution is parked for something of that kind. */
    void waitsFor(String id, String kind) {
        await("execution " + id + " waits for " + kind)
                .atMost(PATIENCE)
                .until(() -> execution(id).path("waiting").path("kind").asText().equals(kind));
    }

    void event(String id, String name, String payload) {
        post("/api/v1/events/" + id + "/" + name, payload).is(202);
    }

    void cancel(String id) {
        post("/api/v1/executions/" + id + "/cancel", null).is(204);
    }

    /** A claim request. */
    static String claimBody(String workerId, String taskName, int most, int waitSecs, double leaseSecs) {
        return "{\"workerId\":\"" + workerId + "\",\"taskNames\":[\"" + taskName + "\"],\"maxTasks\":" + most
                + ",\"waitSecs\":" + waitSecs + ",\"leaseSecs\":" + leaseSecs + "}";
    }

    CompletableFuture<JsonNode> claimAsync(String workerId, String taskName, int most, int waitSecs) {
        return send("POST", "/api/v1/worker/claim", claimBody(workerId, taskName, most, waitSecs, 60))
                .thenApply(answer -> answer.is(200).json().path("tasks"));
    }

    JsonNode claim(String taskName, int most, int waitSecs, double leaseSecs) {
        return post("/api/v1/worker/claim", claimBody("worker-1", taskName, most, waitSecs, leaseSecs))
                .is(200)
                .json()
                .path("tasks");
    }

    /** The one task of that name, waited for. */
    JsonNode claimOne(String taskName) {
        return claimOne(taskName, 60);
    }

    JsonNode claimOne(String taskName, double leaseSecs) {
        JsonNode tasks = claim(taskName, 1, 20, leaseSecs);
        assertThat(tasks).as("a task of " + taskName).hasSize(1);
        return tasks.get(0);
    }

    /** A recorded step of a claimed task. */
    static JsonNode step(JsonNode claimed, String name) {
        for (JsonNode step : claimed.path("steps")) {
            if (step.path("name").asText().equals(name)) {
                return step;
            }
        }
        throw new AssertionError("no step " + name + " in " + claimed);
    }

    /** A command for a claimed task: members without braces. */
    static String command(JsonNode task, String type, String members) {
        return "{\"type\":\"" + type + "\",\"executionId\":\""
                + task.path("executionId").asText() + "\",\"token\":\""
                + task.path("lease").path("token").asText() + "\"" + (members.isEmpty() ? "" : "," + members) + "}";
    }

    /** The verdicts of one request. */
    JsonNode commands(String... commands) {
        return post(
                        "/api/v1/worker/commands",
                        "{\"workerId\":\"worker-1\",\"commands\":[" + String.join(",", List.of(commands)) + "]}")
                .is(200)
                .json()
                .path("verdicts");
    }

    /** The verdict of one command. */
    JsonNode tell(JsonNode task, String type, String members) {
        return commands(command(task, type, members)).get(0);
    }

    /** Asserts the kind of a verdict. */
    static JsonNode is(JsonNode verdict, String expected) {
        assertThat(verdict.path("verdict").asText()).as(verdict.toString()).isEqualTo(expected);
        return verdict;
    }
}
