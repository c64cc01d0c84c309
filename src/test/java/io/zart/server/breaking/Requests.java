package io.zart.server.breaking;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.breaking.Client.Answer;
import io.zart.server.breaking.Order.End;
import java.time.Duration;
import java.util.Random;

/** The requests of one client about its executions, repeated until they are answered, and the journal of their answers. */
final class Requests {

    static final String EXECUTIONS = "/api/v1/executions/";
    static final String ADMIN = "/zart/admin/v1/executions/";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Client client;
    private final String prefix;
    private final Random random;
    private final Report report;
    private int number;

    /** @param prefix of the ids, different for each client */
    Requests(Client client, String prefix, Random random, Report report) {
        this.client = client;
        this.prefix = prefix;
        this.random = random;
        this.report = report;
    }

    Random random() {
        return random;
    }

    /** Says that something is wrong. */
    void complain(String text) {
        report.offences.add(text);
    }

    /** An execution that this client is about to start. */
    Order order(String task, String payload, End end, String result) {
        Order order = new Order(task + "-" + prefix + "-" + ++number, task, payload, end, result);
        report.orders.add(order);
        return order;
    }

    void start(Order order) {
        Answer answer = send(
                order,
                "start",
                "POST",
                "/api/v1/executions",
                "{\"executionId\":\"" + order.id + "\",\"taskName\":\"" + order.task + "\",\"payload\":" + order.payload
                        + "}");
        order.started = answer != null && answer.ok();
    }

    void event(Order order, String name, String value) {
        send(order, "event", "POST", "/api/v1/events/" + order.id + "/" + name, value, "Event-Id", name + value);
    }

    /** Repeats a request until it is answered; null if it never was. */
    Answer send(Order order, String what, String method, String path, String body, String... headers) {
        return noted(order, what, client.persist(PATIENCE, method, path, body, headers));
    }

    /** A request that must not be repeated: null if it was not answered. */
    Answer sendOnce(Order order, String what, String method, String path, String body) {
        return noted(order, what, client.once(method, path, body));
    }

    /** A request that acknowledges nothing. */
    Answer look(String path) {
        return client.persist(PATIENCE, "GET", path, null);
    }

    /** The steps of the current run, none if nobody answers. */
    JsonNode detail(Order order) {
        Answer answer = look(ADMIN + order.id + "/detail");
        return answer == null || !answer.ok() ? null : answer.body();
    }

    /** Waits for the end, and says whether it is that one. */
    boolean ended(Order order, String status) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (order.started && System.nanoTime() < end) {
            Answer answer = look(EXECUTIONS + order.id + "/wait?timeoutSecs=5");
            if (answer != null && answer.status() == 200) {
                return answer.body().path("status").asText().equals(status);
            }
        }
        return false;
    }

    private Answer noted(Order order, String what, Answer answer) {
        order.log.add(what + " → " + (answer == null ? "no answer" : answer.status()));
        if (answer != null && answer.ok()) {
            report.acknowledged(what);
        }
        return answer;
    }
}
