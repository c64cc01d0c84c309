package io.zart.server.tracing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.zart.server.testing.PostgresTestResource;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** With an endpoint, a request, the run that it starts and the steps are one trace: the caller's. */
@QuarkusTest
@TestProfile(TracesTest.Profile.class)
@QuarkusTestResource(PostgresTestResource.class)
class TracesTest {

    /** A collector. */
    public static class Profile implements QuarkusTestProfile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(CollectorResource.class));
        }
    }

    @Test
    void theStepsOfTheFirstActivationAreInTheTraceOfTheCaller() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        start("five-steps", trace);
        Awaitility.await("spans").untilAsserted(() -> {
            String got = got();
            assertThat(got).contains("run five-steps", "step step-1", "step step-5");
            // The server's span, the run's and five steps.
            assertThat(count(got, bytes(trace))).isGreaterThanOrEqualTo(7);
        });
    }

    @Test
    void aLaterActivationIsLinkedToTheTraceOfTheCaller() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String id = start("approval", trace);
        Awaitility.await("the wait")
                .until(() -> given().get("/api/v1/executions/" + id).asString().contains("\"kind\":\"event\""));
        given().contentType("application/json").body("true").post("/api/v1/events/" + id + "/approval");
        given().get("/api/v1/executions/" + id + "/wait").then().statusCode(200);
        Awaitility.await("spans").untilAsserted(() -> {
            String got = got();
            assertThat(got).contains("step finalize");
            // The server's span, the run's, one step, and the link of the second activation.
            assertThat(count(got, bytes(trace))).isGreaterThanOrEqualTo(4);
        });
    }

    @Test
    void aRestartIsInTheTraceOfWhoRestartsAndLinkedToTheFirstOne() throws IOException {
        String first = UUID.randomUUID().toString().replace("-", "");
        String id = start("five-steps", first);
        given().get("/api/v1/executions/" + id + "/wait").then().statusCode(200);
        Awaitility.await("spans of the first run")
                .untilAsserted(() -> assertThat(count(got(), bytes(first))).isGreaterThanOrEqualTo(7));
        int before = count(got(), bytes(first));
        String second = UUID.randomUUID().toString().replace("-", "");
        given().contentType("application/json")
                .header("traceparent", "00-" + second + "-b7ad6b7169203331-01")
                .post("/zart/admin/v1/executions/" + id + "/restart")
                .then()
                .statusCode(200);
        Awaitility.await("spans of the second run").untilAsserted(() -> {
            String got = got();
            // The server's span, the run's and five steps; and the link of the run.
            assertThat(count(got, bytes(second))).isGreaterThanOrEqualTo(7);
            assertThat(count(got, bytes(first))).isGreaterThan(before);
        });
    }

    @Test
    void theStepsOfAWorkerAreInTheTraceOfTheCallerAndSoMayItsOwnSpansBe() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String task = "remote-" + UUID.randomUUID();
        String id = start(task, trace);
        String claim = "{\"workerId\":\"w\",\"taskNames\":[\"" + task + "\"],\"waitSecs\":10}";
        JsonPath claimed = given().contentType("application/json")
                .body(claim)
                .post("/api/v1/worker/claim")
                .jsonPath();
        assertThat(claimed.getString("tasks[0].traceparent")).startsWith("00-" + trace + "-");
        String whose = "\"executionId\":\"" + id + "\",\"token\":\"" + claimed.getString("tasks[0].lease.token") + "\"";
        String commands = "{\"workerId\":\"w\",\"commands\":[{\"type\":\"step-completed\",\"name\":\"remote-step\","
                + "\"position\":0,\"elapsedMs\":2," + whose + "},{\"type\":\"complete\"," + whose + "}]}";
        given().contentType("application/json")
                .body(commands)
                .post("/api/v1/worker/commands")
                .then()
                .statusCode(200);
        Awaitility.await("spans").untilAsserted(() -> {
            String got = got();
            assertThat(got).contains("run " + task, "step remote-step");
            // The server's span of the start, the handing out and the step.
            assertThat(count(got, bytes(trace))).isGreaterThanOrEqualTo(3);
        });
    }

    private static String start(String task, String trace) {
        return given().contentType("application/json")
                .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
                .header("Prefer", task.startsWith("remote") ? "wait=0" : "wait=2")
                .body("{\"taskName\":\"" + task + "\"}")
                .post("/api/v1/executions")
                .then()
                .extract()
                .path("durableExecutionId");
    }

    private static String got() throws IOException {
        URI url = URI.create(ConfigProvider.getConfig().getValue("test.collector", String.class) + "/got");
        try (var body = url.toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String bytes(String trace) {
        return new String(HexFormat.of().parseHex(trace), StandardCharsets.ISO_8859_1);
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
