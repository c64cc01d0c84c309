package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1: another prefix, given at start-up. */
abstract class PrefixContract extends ServiceContract {

    static final String PREFIX = "/durable/v9";
    static final String ADMIN_PREFIX = "/durable/admin";
    static final String WAIT_MAX = "2s";

    @Test
    void theApiAnswersUnderTheOtherPrefix() {
        String id = Api.newId();
        Answer start =
                Api.post(PREFIX + "/executions", Api.startBody(id, "echo", "1")).is(201);
        assertThat(start.header("location").orElseThrow()).endsWith(PREFIX + "/executions/" + id);
        assertThat(Api.get(PREFIX + "/executions/" + id + "/wait").is(200).text("status"))
                .isEqualTo("completed");
        Api.get(PREFIX + "/executions").is(200);
        Api.get(PREFIX + "/stats").is(200);
        Api.post(PREFIX + "/executions/" + id + "/cancel", null).isProblem(409);
        Api.post(PREFIX + "/events/" + id + "/x", "1").isProblem(409);
    }

    @Test
    void theNextPageIsUnderTheOtherPrefix() {
        String prefix = Api.newId();
        Api.post(PREFIX + "/executions", Api.startBody(prefix + 1, "echo", "1")).is(201);
        Api.post(PREFIX + "/executions", Api.startBody(prefix + 2, "echo", "1")).is(201);
        Answer page = Api.get(PREFIX + "/executions?limit=1&search=" + prefix).is(200);
        assertThat(page.header("link").orElse("")).contains(PREFIX + "/executions?");
    }

    @Test
    void aRefusalNamesThePathThatWasAskedFor() {
        assertThat(Api.get(PREFIX + "/nope").isProblem(404).text("detail")).contains(PREFIX + "/nope");
        Answer refused = Api.method("DELETE", PREFIX + "/stats").isProblem(405);
        assertThat(refused.text("detail")).contains(PREFIX + "/stats");
        assertThat(refused.header("allow")).contains("GET, HEAD");
    }

    @Test
    void theDescriptionShowsTheOtherPrefix() {
        var paths = Api.get("/openapi.json").is(200).json().path("paths");
        assertThat(paths.has(PREFIX + "/executions")).isTrue();
        assertThat(paths.has("/api/v1/executions")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/executions", "/api/v1/stats", "/api/v1/executions/x", "/api/v1/executions/x/wait"})
    void theDefaultPathsAre404(String path) {
        Api.get(path).isProblem(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/metrics"})
    void theRootPathsStay(String path) {
        Api.get(path).is(200);
    }

    @Test
    void theAdminApiAnswersUnderItsOtherPrefix() {
        Api.get(ADMIN_PREFIX + "/executions/" + Api.newId() + "/detail").isProblem(404, "not found");
        Api.get("/zart/admin/v1/executions/x/detail").isProblem(404, "no route");
    }

    @Test
    void theCapOfAWaitIsConfigurable() {
        String id = Api.newId();
        Api.post(PREFIX + "/executions", Api.startBody(id, "approval", "{}")).is(201);
        Api.get(PREFIX + "/executions/" + id + "/wait?timeoutSecs=30").isProblem(504, "within " + WAIT_MAX);
        Api.get(PREFIX + "/executions/" + id + "/wait").isProblem(504, "within " + WAIT_MAX);
        Api.post(PREFIX + "/executions/" + id + "/cancel", null).is(204);
    }

    @Test
    void theStreamWorksUnderTheOtherPrefix() {
        String id = Api.newId();
        Api.post(PREFIX + "/executions", Api.startBody(id, "echo", "1")).is(201);
        Answer stream = Api.get(PREFIX + "/executions/" + id, "Accept", "text/event-stream")
                .is(200);
        assertThat(stream.body()).contains("event:").contains("\"status\":\"completed\"");
    }
}
