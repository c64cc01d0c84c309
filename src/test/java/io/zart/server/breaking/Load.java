package io.zart.server.breaking;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.breaking.Client.Answer;
import io.zart.server.breaking.Order.End;
import java.util.List;
import java.util.Random;

/** A client that starts executions of every sample and acts on them, and writes down what was acknowledged. For one thread. */
final class Load {

    private record Sample(String task, String payload, End end, String result) {}

    private static final List<Sample> SAMPLES = List.of(
            new Sample("echo", "{\"k\":[1,2.50]}", End.COMPLETED, "{\"k\":[1,2.50]}"),
            new Sample("five-steps", "null", End.COMPLETED, "{\"sum\":15}"),
            new Sample("flaky", "{\"delayMs\":50}", End.COMPLETED, "{\"succeededOnAttempt\":2}"),
            new Sample("sleeper", "{\"seconds\":1}", End.COMPLETED, "{\"slept\":1}"),
            new Sample("parallel", "{\"ms\":20}", End.COMPLETED, "{\"branches\":[1,2,3,4,5],\"sum\":15}"),
            new Sample("parallel-err", "null", End.COMPLETED, "[{\"ok\":\"good\"},{\"err\":\"boom on attempt 0\"}]"),
            new Sample(
                    "mixed",
                    "{\"sleepMs\":300}",
                    End.COMPLETED,
                    "{\"c\":42,\"a\":\"a-1\",\"b\":{\"from\":\"a-1\"},\"g\":{\"from\":{\"from\":\"a-1\"}}}"),
            new Sample("slow", "{\"ms\":400}", End.COMPLETED, "[\"done\",\"done2\"]"),
            new Sample("catch-error", "null", End.COMPLETED, "[{\"handled\":\"boom on attempt 0\"},\"next\"]"),
            new Sample("catch-deadline", "null", End.COMPLETED, "[{\"deadline\":true},\"escalated\"]"),
            new Sample("loop", "{\"n\":20}", End.COMPLETED, "20"),
            new Sample("typed", "{\"n\":1}", End.COMPLETED, "2"),
            new Sample("panicky", "{\"where\":\"step\"}", End.FAILED, null),
            new Sample("timeouts", "null", End.FAILED, null),
            new Sample("dead", "{\"retries\":1,\"delayMs\":20}", End.FAILED, null),
            new Sample("deadline", "null", End.FAILED, null));

    private final Requests requests;
    private final PausedLoad paused;
    private final Random random;

    Load(Client client, String prefix, Random random, Report report) {
        this.requests = new Requests(client, prefix, random, report);
        this.paused = new PausedLoad(requests);
        this.random = random;
    }

    /** One thing that a client may want, chosen by chance, from its start as far as a client follows it. */
    void one() {
        switch (random.nextInt(14)) {
            case 0 -> approved();
            case 1 -> cancelled();
            case 2 -> twoRunsWithQueuedEvents();
            case 3 -> repaired();
            case 4 -> rerun();
            case 5 -> fulfilled();
            case 6 -> paused.one();
            default -> {
                Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
                Order order = start(sample.task(), sample.payload(), sample.end(), sample.result());
                if (random.nextInt(4) == 0) {
                    see(order);
                }
            }
        }
    }

    private Order start(String task, String payload, End end, String result) {
        Order order = requests.order(task, payload, end, result);
        requests.start(order);
        return order;
    }

    private void approved() {
        Order order = start("approval", "null", End.COMPLETED, "{\"prepared\":\"prepared\",\"final\":{\"event\":7}}");
        requests.event(order, "approval", "7");
    }

    private void cancelled() {
        Order order = start("approval", "null", End.CANCELLED, null);
        Answer answer = requests.send(order, "cancel", "POST", Requests.EXECUTIONS + order.id + "/cancel", null);
        if (answer == null || answer.status() != 204) {
            requests.complain("the cancel of an execution that waits was answered " + answer);
        }
    }

    /** Events of one name stay in order over two runs: the second one is for the second run. */
    private void twoRunsWithQueuedEvents() {
        Order order = start("two-events", "null", End.COMPLETED, "[2,20]");
        requests.event(order, "first", "1");
        requests.event(order, "first", "2");
        requests.event(order, "second", "10");
        if (!requests.ended(order, "completed")) {
            return;
        }
        Answer answer = requests.sendOnce(order, "restart", "POST", Requests.ADMIN + order.id + "/restart", "{}");
        if (answer == null || !answer.ok()) {
            // It may have been done, or will be: another restart could be one too many.
            order.end = End.ANY;
            return;
        }
        order.leastRuns = 2;
        requests.event(order, "second", "20");
    }

    private void repaired() {
        Order order = start("dead", "{\"retries\":0,\"healAfter\":2}", End.COMPLETED, "\"healed\"");
        if (requests.ended(order, "failed")) {
            requests.send(
                    order,
                    "retry-step",
                    "POST",
                    Requests.ADMIN + order.id + "/retry-step",
                    "{\"stepName\":\"doomed\"}");
        }
    }

    private void rerun() {
        Order order = start("five-steps", "null", End.COMPLETED, "{\"sum\":15}");
        if (requests.ended(order, "completed")) {
            requests.send(
                    order, "rerun", "POST", Requests.ADMIN + order.id + "/rerun", "{\"rerunSteps\":[\"step-3\"]}");
            order.leastRuns = 2;
        }
    }

    private void fulfilled() {
        Order order = start(
                "order-fulfillment",
                "{\"orderId\":\"o\",\"amount\":1,\"settleSecs\":0.2}",
                End.COMPLETED,
                "{\"orderId\":\"o\",\"transactionId\":\"txn-o\",\"trackingNumber\":\"T\"}");
        requests.event(order, "shipment-ready", "{\"trackingNumber\":\"T\"}");
    }

    /** Keeps the recorded steps as they are now: they may never change again. */
    private void see(Order order) {
        JsonNode detail = requests.detail(order);
        if (detail != null) {
            detail.path("steps").forEach(step -> {
                if (step.path("status").asText().equals("completed")) {
                    order.seen.put(step.path("stepId").asText(), step);
                }
            });
        }
    }
}
