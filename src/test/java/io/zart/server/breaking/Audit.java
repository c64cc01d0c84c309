package io.zart.server.breaking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.breaking.Client.Answer;
import io.zart.server.breaking.Order.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds what was acknowledged against what the service says once it has come to rest. */
final class Audit {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REST = Duration.ofSeconds(120);
    private static final List<String> STATUSES = List.of("scheduled", "running", "completed", "failed", "cancelled");

    private final Client client;
    private final Report report;
    private final List<String> complaints = new ArrayList<>();

    /** @param client of a fleet that is well again */
    Audit(Client client, Report report) {
        this.client = client;
        this.report = report;
    }

    /** Everything that is not as it must be. */
    List<String> complaints() {
        release();
        report.orders.forEach(this::end);
        report.orders.forEach(this::check);
        counts();
        complaints.addAll(report.offences);
        return complaints;
    }

    /** No rule holds anything any more, one that nobody knows of neither: its creation was never acknowledged. */
    private void release() {
        Answer rules = client.persist(REST, "GET", "/zart/admin/v1/pause", null);
        if (rules != null) {
            rules.body()
                    .forEach(rule -> client.persist(
                            REST,
                            "DELETE",
                            "/zart/admin/v1/pause/" + rule.path("ruleId").asText(),
                            null));
        }
    }

    private void end(Order order) {
        if (!order.started) {
            complaints.add("never started: " + order);
            return;
        }
        if (order.end == End.ANY) {
            client.persist(REST, "POST", "/api/v1/executions/" + order.id + "/cancel", null);
        }
        long deadline = System.nanoTime() + REST.toNanos();
        while (System.nanoTime() < deadline) {
            Answer answer =
                    client.persist(REST, "GET", "/api/v1/executions/" + order.id + "/wait?timeoutSecs=10", null);
            if (answer != null && answer.status() != 504) {
                return;
            }
        }
        complaints.add("did not end: " + order);
    }

    private void check(Order order) {
        Answer answer = client.persist(REST, "GET", "/zart/admin/v1/executions/" + order.id + "/detail", null);
        if (answer == null || answer.status() != 200) {
            complaints.add("lost (" + answer + "): " + order);
            return;
        }
        JsonNode execution = answer.body().path("execution");
        String status = execution.path("status").asText();
        if (order.end != End.ANY && !status.equals(order.end.name().toLowerCase(Locale.ROOT))) {
            complaints.add("ended as " + execution + ": " + order);
        } else if (order.end == End.COMPLETED
                && order.result != null
                && !execution.path("result").equals(json(order.result))) {
            complaints.add("the result is " + execution.path("result") + ": " + order);
        }
        JsonNode runs = answer.body().path("runs");
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).path("runIndex").asInt(-1) != i) {
                complaints.add("a gap in its runs " + runs + ": " + order);
            }
        }
        if (runs.size() < order.leastRuns) {
            complaints.add("a run is lost, there are " + runs.size() + ": " + order);
        }
        answer.body().path("steps").forEach(step -> unchanged(order, step));
    }

    private void unchanged(Order order, JsonNode step) {
        JsonNode before = order.seen.get(step.path("stepId").asText());
        if (before != null && !before.equals(step)) {
            complaints.add("a recorded step has changed from " + before + " to " + step + ": " + order);
        }
    }

    private void counts() {
        Answer stats = client.persist(REST, "GET", "/api/v1/stats", null);
        for (String status : STATUSES) {
            int listed = 0;
            int page;
            do {
                Answer answer = client.persist(
                        REST,
                        "GET",
                        "/api/v1/executions?limit=1000&sortBy=taskName&status=" + status + "&offset=" + listed,
                        null);
                page = answer == null ? 0 : answer.body().size();
                listed += page;
            } while (page == 1000);
            int counted = stats == null ? -1 : stats.body().path(status).asInt(-1);
            if (listed != counted) {
                complaints.add("stats count " + counted + " " + status + ", the list has " + listed);
            }
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
