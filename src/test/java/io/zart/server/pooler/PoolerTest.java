package io.zart.server.pooler;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Behind a pooler in transaction mode everything works that works without one. */
@QuarkusTest
@QuarkusTestResource(value = PoolerResource.class, restrictToAnnotatedClass = true)
class PoolerTest {

    /** Set by the resource. */
    TransactionPooler pooler;

    @BeforeEach
    void awaitReadiness() {
        Awaitility.await("readiness")
                .atMost(Duration.ofSeconds(60))
                .until(() -> given().get("/readyz").statusCode() == 200);
    }

    @Test
    void manyRunsOfAllKindsEndAsTheyShouldThoughEachTransactionIsOnAnotherConnection() {
        int before = pooler.changes();
        Map<String, Object> results = Map.of(
                "five-steps", Map.of("sum", 15),
                "flaky", Map.of("succeededOnAttempt", 2),
                "parallel", Map.of("branches", List.of(1, 2, 3, 4, 5), "sum", 15),
                "sleeper", Map.of("slept", 0.05f),
                "catch-error", List.of(Map.of("handled", "boom on attempt 0"), "next"));
        List<CompletableFuture<Void>> runs = IntStream.range(0, 20)
                .boxed()
                .flatMap(round -> results.entrySet().stream())
                .map(one -> CompletableFuture.runAsync(
                        () -> assertThat(run(one.getKey())).as(one.getKey()).isEqualTo(one.getValue())))
                .toList();
        CompletableFuture.allOf(runs.toArray(CompletableFuture[]::new)).join();
        // How many transactions there are depends on how many rows meet in one; each connection of the service has
        // some.
        assertThat(pooler.changes()).isGreaterThan(before + PoolerResource.SERVICE_CONNECTIONS);
        assertThat(pooler.refused()).isEmpty();
    }

    @Test
    void waitsEventsPausesAndNewRunsWork() {
        String id = UUID.randomUUID().toString();
        start("{\"taskName\":\"approval\",\"executionId\":\"" + id + "\"}", 201);
        CompletableFuture<Integer> wait = CompletableFuture.supplyAsync(
                () -> given().get("/api/v1/executions/" + id + "/wait").statusCode());
        post("/zart/admin/v1/pause", "{\"executionId\":\"" + id + "\"}", 201);
        post("/api/v1/events/" + id + "/approval", "true", 202);
        String rule = given().get("/zart/admin/v1/pause").path("[0].ruleId");
        given().delete("/zart/admin/v1/pause/" + rule).then().statusCode(204);
        assertThat(wait.join()).isEqualTo(200);
        post("/zart/admin/v1/executions/" + id + "/restart", "{}", 200);
        Awaitility.await("the second run")
                .atMost(Duration.ofSeconds(60))
                .until(() -> given().get("/zart/admin/v1/executions/" + id + "/runs")
                                .<List<?>>path("$")
                                .size()
                        == 2);
        post("/api/v1/executions/" + id + "/cancel", "", 204);
        for (String list : List.of("?limit=5", "?status=completed", "?taskName=appro", "?search=" + id)) {
            given().get("/api/v1/executions" + list).then().statusCode(200);
        }
    }

    @Test
    void aWorkerClaimsAndCompletes() {
        String task = "remote-" + UUID.randomUUID();
        start("{\"taskName\":\"" + task + "\",\"executionId\":\"" + task + "\"}", 201);
        String claim = "{\"workerId\":\"w\",\"taskNames\":[\"" + task + "\"],\"waitSecs\":10}";
        String token = post("/api/v1/worker/claim", claim, 200).path("tasks[0].lease.token");
        String command =
                "{\"type\":\"complete\",\"executionId\":\"" + task + "\",\"token\":\"" + token + "\",\"result\":1}";
        post("/api/v1/worker/commands", "{\"workerId\":\"w\",\"commands\":[" + command + "]}", 200);
        assertThat(given().get("/api/v1/executions/" + task + "/wait").<Integer>path("result"))
                .isEqualTo(1);
    }

    private static Object run(String task) {
        String body = "{\"taskName\":\"" + task + "\",\"payload\":{\"delayMs\":1,\"seconds\":0.05}}";
        return given().contentType("application/json")
                .header("Prefer", "wait=30")
                .body(body)
                .post("/api/v1/executions")
                .then()
                .statusCode(201)
                .extract()
                .path("result");
    }

    private static void start(String body, int status) {
        post("/api/v1/executions", body, status);
    }

    private static io.restassured.response.Response post(String path, String body, int status) {
        var response = given().contentType("application/json").body(body).post(path);
        assertThat(response.statusCode())
                .as("%s: %s", path, response.asString())
                .isEqualTo(status);
        return response;
    }
}
