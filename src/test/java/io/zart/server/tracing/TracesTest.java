package io.zart.server.tracing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.zart.server.testing.PostgresTestResource;
import io.zart.server.tracing.Spans.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** With an endpoint, a request, the run that it starts and the steps are one trace: the caller's. */
@QuarkusTest
@TestProfile(TracesTest.Profile.class)
@QuarkusTestResource(PostgresTestResource.class)
class TracesTest {

    private static final String CALLER = "b7ad6b7169203331";

    /** A collector. */
    public static class Profile implements QuarkusTestProfile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(CollectorResource.class));
        }
    }

    @Test
    void theRequestTheRunAndItsStepsAreOneTraceTheCallers() {
        String trace = newTrace();
        String id = start("five-steps", trace);
        List<Span> steps = spans(5, in(trace).and(named("step ")));
        assertThat(steps)
                .extracting(Span::name)
                .containsExactlyInAnyOrder("step step-1", "step step-2", "step step-3", "step step-4", "step step-5");
        // A span is exported when it is over: that of the run is, so the run is.
        Span run = span(in(trace).and(named("run five-steps")).and(of(id)));
        assertThat(steps).extracting(Span::parent).containsOnly(run.id());
        Span request = span(in(trace).and(span -> span.id().equals(run.parent())));
        assertThat(request.name()).contains("POST", "/executions");
        assertThat(request.parent()).isEqualTo(CALLER);
    }

    @Test
    void aLaterActivationIsATraceOfItsOwnThatIsLinkedToTheRequestOfTheCaller() {
        String trace = newTrace();
        String id = start("approval", trace);
        Awaitility.await("the wait")
                .until(() -> given().get("/api/v1/executions/" + id).asString().contains("\"kind\":\"event\""));
        given().contentType("application/json").body("true").post("/api/v1/events/" + id + "/approval");
        given().get("/api/v1/executions/" + id + "/wait").then().statusCode(200);
        Span first = span(in(trace).and(named("run approval")));
        Span later = span(named("run approval").and(of(id)).and(in(trace).negate()));
        assertThat(later.parent()).isEmpty();
        assertThat(later.links()).containsExactly(trace + ":" + first.parent());
        Span step = span(named("step finalize").and(in(later.trace())));
        assertThat(step.parent()).isEqualTo(later.id());
    }

    @Test
    void aRestartIsInTheTraceOfWhoRestartsAndLinkedToTheFirstOne() {
        String first = newTrace();
        String id = start("five-steps", first);
        given().get("/api/v1/executions/" + id + "/wait").then().statusCode(200);
        String second = newTrace();
        given().contentType("application/json")
                .header("traceparent", traceparent(second))
                .post("/zart/admin/v1/executions/" + id + "/restart")
                .then()
                .statusCode(200);
        Span run = span(in(second).and(named("run five-steps")));
        assertThat(run.linkedTo(first)).isTrue();
        assertThat(spans(5, in(second).and(named("step "))))
                .extracting(Span::parent)
                .containsOnly(run.id());
    }

    @Test
    void theStepsOfAWorkerAreInTheTraceOfTheCallerAndSoMayItsOwnSpansBe() {
        String trace = newTrace();
        String task = "remote-" + UUID.randomUUID();
        String id = start(task, trace);
        JsonPath claimed = claim(task);
        Span handedOut = span(in(trace).and(named("run " + task)));
        assertThat(claimed.getString("tasks[0].traceparent")).startsWith("00-" + trace + "-" + handedOut.id());
        command(
                id,
                claimed,
                "{\"type\":\"step-completed\",\"name\":\"remote-step\",\"position\":0,\"elapsedMs\":2,%s}",
                "{\"type\":\"complete\",%s}");
        Span step = span(named("step remote-step").and(of(id)));
        assertThat(step.trace()).isEqualTo(trace);
        assertThat(step.parent()).isEqualTo(handedOut.parent());
    }

    @Test
    void aLaterActivationInAWorkerIsATraceOfItsOwnThatIsLinkedToTheCaller() {
        String trace = newTrace();
        String task = "remote-" + UUID.randomUUID();
        String id = start(task, trace);
        command(id, claim(task), "{\"type\":\"sleep\",\"name\":\"nap\",\"position\":0,\"durationMs\":300,%s}");
        JsonPath again = claim(task);
        command(
                id,
                again,
                "{\"type\":\"step-completed\",\"name\":\"after\",\"position\":1,\"elapsedMs\":2,%s}",
                "{\"type\":\"complete\",%s}");
        Span later = span(named("run " + task).and(in(trace).negate()));
        assertThat(later.linkedTo(trace)).isTrue();
        assertThat(again.getString("tasks[0].traceparent")).startsWith("00-" + later.trace() + "-" + later.id());
        assertThat(span(named("step after").and(of(id))).trace()).isEqualTo(later.trace());
    }

    private static JsonPath claim(String task) {
        String claim = "{\"workerId\":\"w\",\"taskNames\":[\"" + task + "\"],\"waitSecs\":20}";
        return given().contentType("application/json")
                .body(claim)
                .post("/api/v1/worker/claim")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static void command(String id, JsonPath claimed, String... commands) {
        String whose = "\"executionId\":\"" + id + "\",\"token\":\"" + claimed.getString("tasks[0].lease.token") + "\"";
        JsonPath answer = given().contentType("application/json")
                .body("{\"workerId\":\"w\",\"commands\":["
                        + String.join(",", commands).replace("%s", whose) + "]}")
                .post("/api/v1/worker/commands")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(answer.getList("verdicts.verdict")).containsOnly("ok");
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static String traceparent(String trace) {
        return "00-" + trace + "-" + CALLER + "-01";
    }

    private static String start(String task, String trace) {
        return given().contentType("application/json")
                .header("traceparent", traceparent(trace))
                .header("Prefer", task.startsWith("remote") ? "wait=0" : "wait=2")
                .body("{\"taskName\":\"" + task + "\"}")
                .post("/api/v1/executions")
                .then()
                .extract()
                .path("durableExecutionId");
    }

    private static Predicate<Span> in(String trace) {
        return span -> span.trace().equals(trace);
    }

    private static Predicate<Span> named(String start) {
        return span -> span.name().startsWith(start);
    }

    private static Predicate<Span> of(String execution) {
        return span -> span.attributes().getOrDefault("zart.execution.id", "").endsWith(execution);
    }

    private static Span span(Predicate<Span> wanted) {
        return spans(1, wanted).get(0);
    }

    /** So many spans, once they have been exported, and no more of that kind. */
    private static List<Span> spans(int count, Predicate<Span> wanted) {
        Awaitility.await("spans")
                .untilAsserted(() -> assertThat(got()).filteredOn(wanted).hasSize(count));
        return got().stream().filter(wanted).toList();
    }

    private static List<Span> got() {
        URI url = URI.create(ConfigProvider.getConfig().getValue("test.collector", String.class) + "/got");
        try (var body = url.toURL().openStream()) {
            return Spans.read(body.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
