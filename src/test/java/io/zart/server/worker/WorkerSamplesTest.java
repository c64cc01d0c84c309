package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.zart.server.testing.PostgresTestResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies like those of the samples, served by a remote worker that knows nothing but the protocol. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class WorkerSamplesTest {

    private WorkerHttp http;
    private TestWorker worker;

    @BeforeEach
    void work() {
        String root = "http://localhost:" + RestAssured.port;
        http = new WorkerHttp(root);
        worker = new TestWorker(
                root,
                WorkerHttp.unique("samples"),
                Map.of(
                        "remote-five-steps",
                                (ctx, payload) -> {
                                    int sum = 0;
                                    for (int i = 1; i <= 5; i++) {
                                        int number = i;
                                        sum += ctx.step("step-" + i, attempt -> number)
                                                .asInt();
                                    }
                                    return Map.of("sum", sum);
                                },
                        "remote-approval",
                                (ctx, payload) -> {
                                    String prepared = ctx.step("prepare", attempt -> "prepared")
                                            .asText();
                                    JsonNode event = ctx.event("approval", null);
                                    JsonNode last = ctx.step("finalize", attempt -> Map.of("event", event));
                                    return List.of(prepared, last);
                                },
                        "remote-sleeper",
                                (ctx, payload) -> {
                                    ctx.sleep("nap", payload.path("ms").asLong());
                                    return "slept";
                                },
                        "remote-flaky",
                                (ctx, payload) -> ctx.step("flaky-step", 2, 120, attempt -> {
                                    if (attempt < payload.path("failures").asInt(2)) {
                                        throw new IllegalStateException("boom on attempt " + attempt);
                                    }
                                    return Map.of("succeededOnAttempt", attempt);
                                }),
                        "remote-loop",
                                (ctx, payload) -> {
                                    for (int i = 0; i < 10; i++) {
                                        int number = i;
                                        ctx.step("item", attempt -> number);
                                    }
                                    return 10;
                                }),
                15,
                4);
    }

    @AfterEach
    void stop() {
        worker.close();
    }

    private JsonNode run(String task, String payload) {
        return http.ended(http.start(task, payload));
    }

    @Test
    void fiveSteps() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(http.start("remote-five-steps", "{}"));
        }
        ids.forEach(id ->
                assertThat(http.ended(id).path("result").path("sum").asInt()).isEqualTo(15));
    }

    @Test
    void approval() {
        String id = http.start("remote-approval", "{}");
        http.waitsFor(id, "event");
        http.event(id, "approval", "{\"by\":\"Ada\"}");
        assertThat(http.ended(id).path("result").toString()).isEqualTo("[\"prepared\",{\"event\":{\"by\":\"Ada\"}}]");
    }

    @Test
    void sleeper() {
        assertThat(run("remote-sleeper", "{\"ms\":300}").path("result").asText())
                .isEqualTo("slept");
    }

    @Test
    void flaky() {
        assertThat(run("remote-flaky", "{}")
                        .path("result")
                        .path("succeededOnAttempt")
                        .asInt())
                .isEqualTo(2);
        JsonNode failed = run("remote-flaky", "{\"failures\":5}");
        assertThat(failed.path("status").asText()).isEqualTo("failed");
        assertThat(failed.path("error").path("message").asText()).isEqualTo("boom on attempt 2");
    }

    @Test
    void loop() {
        String id = http.start("remote-loop", "{}");
        assertThat(http.ended(id).path("result").asInt()).isEqualTo(10);
        JsonNode steps = http.get("/zart/admin/v1/executions/" + id + "/detail")
                .is(200)
                .json()
                .path("steps");
        assertThat(steps).hasSize(10);
        assertThat(steps.get(9).path("name").asText()).isEqualTo("item#10");
    }
}
