package io.zart.server.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small worker, written from the protocol page alone: blocking bodies, one thread for each claim loop. Survives errors of the
 * service by asking again.
 */
final class TestWorker implements AutoCloseable {

    /** A body. */
    interface Body {
        Object run(Ctx ctx, JsonNode payload) throws Exception;
    }

    /** A step's code. */
    interface Code {
        Object run(int attempt) throws Exception;
    }

    private static final long PAUSE_MILLIS = 100;

    private final WorkerHttp http;
    private final String id;
    private final Map<String, Body> bodies;
    private final double leaseSecs;
    private final ExecutorService loops = Executors.newCachedThreadPool();
    private volatile boolean closed;

    /** Starts so many loops. */
    TestWorker(String root, String id, Map<String, Body> bodies, double leaseSecs, int threads) {
        this.http = new WorkerHttp(root);
        this.id = id;
        this.bodies = bodies;
        this.leaseSecs = leaseSecs;
        for (int i = 0; i < threads; i++) {
            loops.execute(this::loop);
        }
    }

    @Override
    public void close() {
        closed = true;
        http.abandonAll();
        loops.shutdownNow();
    }

    private String names() {
        return "[\"" + String.join("\",\"", bodies.keySet()) + "\"]";
    }

    private void loop() {
        while (!closed) {
            try {
                String body = "{\"workerId\":\"" + id + "\",\"taskNames\":" + names()
                        + ",\"waitSecs\":10,\"leaseSecs\":" + leaseSecs + "}";
                WorkerHttp.Answer answer = http.post("/api/v1/worker/claim", body);
                if (answer.status() != 200) {
                    pause();
                } else {
                    answer.json().path("tasks").forEach(this::run);
                }
            } catch (CompletionException | AssertionError lost) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(JsonNode task) {
        Ctx ctx = new Ctx(task);
        try {
            Object result = bodies.get(task.path("taskName").asText()).run(ctx, task.path("payload"));
            ctx.tell("complete", "\"result\":" + json(result));
        } catch (Gone gone) {
            return;
        } catch (StepDied died) {
            ctx.tell("fail", error(died.getMessage(), died.type, died.step));
        } catch (Exception failure) {
            ctx.tell("fail", error(failure.getMessage(), failure.getClass().getSimpleName(), null));
        }
    }

    private static String json(Object value) {
        return WorkerHttp.JSON.valueToTree(value).toString();
    }

    private static String error(String message, String type, String step) {
        return "\"error\":{\"message\":" + json(message) + ",\"type\":" + json(type) + ",\"step\":" + json(step) + "}";
    }

    /** The task is not this worker's any more. */
    static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A step is dead. */
    static final class StepDied extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final String type;
        final String step;

        StepDied(JsonNode error, String step) {
            super(error.path("message").asText());
            this.type = error.path("type").asText();
            this.step = step;
        }
    }

    /** What a body asks for. */
    final class Ctx {
        private final JsonNode task;
        private final Map<String, JsonNode> recorded = new HashMap<>();
        private final Map<String, Integer> used = new HashMap<>();
        private int position;

        Ctx(JsonNode task) {
            this.task = task;
            task.path("steps").forEach(step -> recorded.put(step.path("name").asText(), step));
        }

        private String unique(String name) {
            int use = used.merge(name, 1, Integer::sum);
            return use == 1 ? name : name + "#" + use;
        }

        /** Sends until it is answered. */
        JsonNode tell(String type, String members) {
            String body =
                    "{\"workerId\":\"" + id + "\",\"commands\":[" + WorkerHttp.command(task, type, members) + "]}";
            while (!closed) {
                try {
                    WorkerHttp.Answer answer = http.post("/api/v1/worker/commands", body);
                    if (answer.status() == 200) {
                        JsonNode verdict = answer.json().path("verdicts").get(0);
                        switch (verdict.path("verdict").asText()) {
                            case "ok", "already-recorded" -> {
                                return verdict;
                            }
                            case "unavailable" -> pause();
                            case "invalid" -> throw new IllegalStateException(verdict.toString());
                            default -> throw new Gone();
                        }
                    } else {
                        pause();
                    }
                } catch (CompletionException lost) {
                    pause();
                }
            }
            throw new Gone();
        }

        JsonNode step(String rawName, int retries, long delayMs, Code code) throws Exception {
            String name = unique(rawName);
            int place = position++;
            JsonNode known = recorded.getOrDefault(name, NullNode.instance);
            if (!known.isNull() && !known.path("status").asText().equals("scheduled")) {
                return outcome(known);
            }
            int attempt = known.path("attempts").asInt() + 1;
            int failures = known.path("failures").asInt();
            while (true) {
                String at = "\"name\":" + json(name) + ",\"position\":" + place + ",\"attempt\":" + attempt;
                try {
                    Object result = code.run(attempt - 1);
                    JsonNode verdict =
                            tell("step-completed", at + ",\"failures\":" + failures + ",\"result\":" + json(result));
                    return verdict.has("step") ? outcome(verdict.path("step")) : WorkerHttp.JSON.valueToTree(result);
                } catch (Gone gone) {
                    throw gone;
                } catch (Exception failure) {
                    failures++;
                    String failed = at + ",\"failures\":" + failures + ","
                            + error(failure.getMessage(), failure.getClass().getSimpleName(), null);
                    if (failures > retries) {
                        tell("step-failed", failed);
                        throw failure;
                    }
                    tell("step-failed", failed + ",\"retry\":{\"afterMs\":" + delayMs + "}");
                    settled(tell(
                            "park",
                            "\"waits\":[{\"kind\":\"retry\",\"name\":" + json(name) + ",\"afterMs\":" + delayMs
                                    + "}]"));
                    attempt++;
                }
            }
        }

        JsonNode step(String name, Code code) throws Exception {
            return step(name, 0, 0, code);
        }

        void sleep(String name, long millis) {
            waitFor("sleep", name, ",\"durationMs\":" + millis);
        }

        JsonNode event(String name, Double timeoutSecs) {
            return waitFor("wait-event", name, timeoutSecs == null ? "" : ",\"timeoutSecs\":" + timeoutSecs);
        }

        private JsonNode waitFor(String type, String rawName, String members) {
            String name = unique(rawName);
            int place = position++;
            JsonNode known = recorded.get(name);
            if (known != null && !known.path("status").asText().equals("scheduled")) {
                return outcome(known);
            }
            return outcome(settled(tell(type, "\"name\":" + json(name) + ",\"position\":" + place + members)));
        }

        private JsonNode settled(JsonNode verdict) {
            if (verdict.path("parked").asBoolean()) {
                throw new Gone();
            }
            return verdict.path("steps").path(0);
        }

        private JsonNode outcome(JsonNode step) {
            if (step.path("status").asText().equals("dead")) {
                throw new StepDied(step.path("error"), step.path("name").asText());
            }
            return step.path("result");
        }
    }
}
