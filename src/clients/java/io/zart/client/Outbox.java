package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntUnaryOperator;
import java.util.function.ObjIntConsumer;

/** Sends commands in batches: while a request is on its way, the next commands gather. Each lane is a thread that runs {@link #run}. */
final class Outbox implements Runnable {

    private static final int MOST = 200;
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private record Sent(ObjectNode command, boolean frees, CompletableFuture<JsonNode> verdict) {}

    private final BlockingQueue<Sent> queue = new LinkedBlockingQueue<>();
    private final Http http;
    private final Json json;
    private final String path;
    private final ObjectNode envelope;
    private final IntUnaryOperator claims;
    private final ObjIntConsumer<JsonNode> onTasks;

    /**
     * @param claims how many tasks to ask for along with a batch that frees so many places
     * @param onTasks gets the tasks and how many were asked for
     */
    Outbox(
            Http http,
            Json json,
            String path,
            ObjectNode envelope,
            IntUnaryOperator claims,
            ObjIntConsumer<JsonNode> onTasks) {
        this.http = http;
        this.json = json;
        this.path = path;
        this.envelope = envelope;
        this.claims = claims;
        this.onTasks = onTasks;
    }

    /** Sends a command until there is a verdict. {@code frees}: it ends the activation of its task. */
    CompletableFuture<JsonNode> send(ObjectNode command, boolean frees) {
        Sent sent = new Sent(command, frees, new CompletableFuture<>());
        queue.add(sent);
        return sent.verdict();
    }

    @Override
    public void run() {
        try {
            while (true) {
                List<Sent> batch = new ArrayList<>();
                batch.add(queue.take());
                queue.drainTo(batch, MOST - 1);
                flush(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void flush(List<Sent> all) throws InterruptedException {
        List<Sent> batch = all;
        for (int tries = 0; !batch.isEmpty(); tries++) {
            int asked =
                    claims.applyAsInt((int) batch.stream().filter(Sent::frees).count());
            JsonNode tasks = json.object().path("tasks");
            long pause = 0;
            try {
                HttpResponse<String> answer =
                        http.exchange("POST", path + "?claim=" + asked, request(batch), Map.of(), ANSWER);
                if (answer.statusCode() == 200) {
                    JsonNode parts = json.parse(answer.body());
                    tasks = parts.path("tasks");
                    batch = unanswered(batch, parts.path("verdicts"));
                } else if (answer.statusCode() == 400 || answer.statusCode() == 413 || answer.statusCode() == 422) {
                    batch = apart(batch, answer.statusCode());
                    continue;
                } else {
                    pause = Http.retryAfterMillis(answer);
                }
            } catch (IOException e) {
                pause = Http.backoffMillis(tries);
            } finally {
                onTasks.accept(tasks, asked);
            }
            if (!batch.isEmpty()) {
                Thread.sleep(Math.max(pause, Http.backoffMillis(tries)));
            }
        }
    }

    private ObjectNode request(List<Sent> batch) {
        ObjectNode request = envelope.deepCopy();
        ArrayNode commands = request.putArray("commands");
        batch.forEach(sent -> commands.add(sent.command()));
        return request;
    }

    private static List<Sent> unanswered(List<Sent> batch, JsonNode verdicts) {
        List<Sent> again = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            JsonNode verdict = verdicts.path(i);
            if (verdict.path("verdict").asText("unavailable").equals("unavailable")) {
                again.add(batch.get(i));
            } else {
                batch.get(i).verdict().complete(verdict);
            }
        }
        return again;
    }

    /** One command of a refused request is at fault: the halves find out which. */
    private List<Sent> apart(List<Sent> batch, int status) throws InterruptedException {
        if (batch.size() == 1) {
            String reason = "refused with status " + status;
            batch.get(0)
                    .verdict()
                    .complete(json.object().put("verdict", "invalid").put("reason", reason));
            return List.of();
        }
        int middle = batch.size() / 2;
        flush(batch.subList(0, middle));
        return batch.subList(middle, batch.size());
    }
}
