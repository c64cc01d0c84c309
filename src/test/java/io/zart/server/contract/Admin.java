package io.zart.server.contract;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The admin API seen by a client that knows nothing but HTTP. */
final class Admin {

    static final String ROOT = "/zart/admin/v1";

    private Admin() {}

    static String path(String id) {
        return ROOT + "/executions/" + Api.encode(id);
    }

    static JsonNode detail(String id) {
        return Api.get(path(id) + "/detail").is(200).json();
    }

    static JsonNode detail(String id, int run) {
        return Api.get(path(id) + "/detail?runId=" + Api.encode(id + ":run:" + run))
                .is(200)
                .json();
    }

    /** A step of a detail, or a missing node. */
    static JsonNode step(JsonNode detail, String name) {
        for (JsonNode step : detail.path("steps")) {
            if (step.path("name").asText().equals(name)) {
                return step;
            }
        }
        return detail.path("no such step");
    }

    static List<String> names(JsonNode array, String member) {
        List<String> names = new ArrayList<>();
        array.forEach(each ->
                names.add(member == null ? each.asText() : each.path(member).asText()));
        return names;
    }

    /** Waits until a step of the current run has this status. */
    static JsonNode stepIs(String id, String name, String status) {
        return await("step " + name + " of " + id + " is " + status)
                .atMost(Api.HANG)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> step(detail(id), name),
                        step -> step.path("status").asText().equals(status));
    }

    static Answer retryStep(String id, String step) {
        return Api.post(path(id) + "/retry-step", "{\"stepName\":\"" + step + "\"}");
    }

    static Answer restart(String id, String body) {
        return Api.post(path(id) + "/restart", body);
    }

    static Answer rerun(String id, String body) {
        return Api.post(path(id) + "/rerun", body);
    }

    static Answer pause(String body) {
        return Api.post(ROOT + "/pause", body);
    }

    /** Creates a rule and gives its id. */
    static String paused(String body) {
        return pause(body).is(201).text("ruleId");
    }

    static Answer resume(String ruleId) {
        return Api.method("DELETE", ROOT + "/pause/" + Api.encode(ruleId));
    }

    /** Runs a task to an end that is expected, and gives its id. */
    static String ran(String task, String payload, String status) {
        String id = Api.newId();
        Api.started(id, task, payload);
        Answer end = Api.ended(id);
        if (!end.text("status").equals(status)) {
            throw new AssertionError("a " + task + " should be " + status + ": " + end.body());
        }
        return id;
    }
}
