package io.zart.server.breaking;

import io.zart.server.breaking.Client.Answer;
import io.zart.server.breaking.Order.End;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that start executions of every sample and act on them, and write down what was acknowledged. */
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

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String EXECUTIONS = "/api/v1/executions/";
    private static final String ADMIN = "/zart/admin/v1/executions/";

    private final Client client;
    private final AtomicInteger number = new AtomicInteger();
    final Queue<Order> orders = new ConcurrentLinkedQueue<>();

    Load(Client client) {
        this.client = client;
    }

    /** One thing that a client may want, chosen by chance, from its start as far as a client follows it. */
    void one(Random random) {
        switch (random.nextInt(12)) {
            case 0 -> approved();
            case 1 -> cancelled();
            case 2 -> twoRunsWithQueuedEvents();
            case 3 -> repaired();
            case 4 -> rerun();
            case 5 -> fulfilled();
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
        Order order = new Order(task + "-" + number.incrementAndGet(), task, payload, end, result);
        orders.add(order);
        Answer answer = client.persist(
                PATIENCE,
                "POST",
                "/api/v1/executions",
                "{\"executionId\":\"" + order.id + "\",\"taskName\":\"" + task + "\",\"payload\":" + payload + "}");
        order.started = answer != null && (answer.status() == 201 || answer.status() == 200);
        note(order, "start", answer);
        return order;
    }

    private Answer event(Order order, String name, String value) {
        Answer answer = client.persist(
                PATIENCE, "POST", "/api/v1/events/" + order.id + "/" + name, value, "Event-Id", name + value);
        note(order, "event " + name + " " + value, answer);
        return answer;
    }

    private void approved() {
        Order order = start("approval", "null", End.COMPLETED, "{\"prepared\":\"prepared\",\"final\":{\"event\":7}}");
        event(order, "approval", "7");
    }

    private void cancelled() {
        Order order = start("approval", "null", End.CANCELLED, null);
        Answer answer = client.persist(PATIENCE, "POST", EXECUTIONS + order.id + "/cancel", null);
        note(order, "cancel", answer);
        if (answer == null || answer.status() != 204) {
            client.offences.add("the cancel of an execution that waits was answered " + answer);
        }
    }

    /** Events of one name stay in order over two runs: the second one is for the second run. */
    private void twoRunsWithQueuedEvents() {
        Order order = start("two-events", "null", End.COMPLETED, "[2,20]");
        event(order, "first", "1");
        event(order, "first", "2");
        event(order, "second", "10");
        if (!ended(order, "completed")) {
            return;
        }
        Answer answer = client.once("POST", ADMIN + order.id + "/restart", "{}");
        note(order, "restart", answer);
        if (answer == null || !answer.ok()) {
            // It may have been done, or will be: another restart could be one too many.
            order.end = End.ANY;
            return;
        }
        order.leastRuns = 2;
        event(order, "second", "20");
    }

    private void repaired() {
        Order order = start("dead", "{\"retries\":0,\"healAfter\":2}", End.COMPLETED, "\"healed\"");
        if (ended(order, "failed")) {
            note(
                    order,
                    "retry-step",
                    client.persist(PATIENCE, "POST", ADMIN + order.id + "/retry-step", "{\"stepName\":\"doomed\"}"));
        }
    }

    private void rerun() {
        Order order = start("five-steps", "null", End.COMPLETED, "{\"sum\":15}");
        if (ended(order, "completed")) {
            Answer answer =
                    client.persist(PATIENCE, "POST", ADMIN + order.id + "/rerun", "{\"rerunSteps\":[\"step-3\"]}");
            note(order, "rerun", answer);
            order.leastRuns = 2;
        }
    }

    private void fulfilled() {
        Order order = start(
                "order-fulfillment",
                "{\"orderId\":\"o\",\"amount\":1,\"settleSecs\":0.2}",
                End.COMPLETED,
                "{\"orderId\":\"o\",\"transactionId\":\"txn-o\",\"trackingNumber\":\"T\"}");
        event(order, "shipment-ready", "{\"trackingNumber\":\"T\"}");
    }

    private boolean ended(Order order, String status) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (order.started && System.nanoTime() < end) {
            Answer answer = client.persist(PATIENCE, "GET", EXECUTIONS + order.id + "/wait?timeoutSecs=5", null);
            if (answer != null && answer.status() == 200) {
                return answer.body().path("status").asText().equals(status);
            }
        }
        return false;
    }

    /** Keeps the recorded steps as they are now: they may never change again. */
    private void see(Order order) {
        Answer answer = client.persist(PATIENCE, "GET", ADMIN + order.id + "/detail", null);
        if (answer != null && answer.ok()) {
            answer.body().path("steps").forEach(step -> {
                if (step.path("status").asText().equals("completed")) {
                    order.seen.put(step.path("stepId").asText(), step);
                }
            });
        }
    }

    private static void note(Order order, String what, Answer answer) {
        order.log.add(what + " → " + (answer == null ? "no answer" : answer.status()));
    }
}
