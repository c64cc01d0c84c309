package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the handlers of task names for a service: claims tasks, runs each body on a thread of its own, keeps the leases. Register
 * the handlers, then {@link #start}; {@link #close} stops it. Bodies and steps are interrupted when their task is lost or cancelled.
 */
public final class Worker implements AutoCloseable {

    private static final int LANES = 2;
    private static final int CLAIM_MOST = 100;
    private static final int CLAIM_WAIT_SECONDS = 30;
    private static final long CLOSING_MILLIS = 10_000;
    private static final long BEAT_MILLIS = 100;

    private final Http http;
    private final Json json;
    private final String prefix;
    private final int maxTasks;
    private final String workerId = UUID.randomUUID().toString();
    private final Map<String, Served> handlers = new ConcurrentHashMap<>();
    private final Set<Activation> active = ConcurrentHashMap.newKeySet();
    private final AtomicInteger promised = new AtomicInteger();
    private final AtomicBoolean claiming = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool(Worker::daemon);
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(Worker::daemon);
    private Outbox outbox;
    private Thread claimer;

    /** A worker of the service at that URL with up to 100 tasks at the same time. */
    public Worker(String url) {
        this(url, "/api/v1", Map.of(), 100, null);
    }

    /**
     * A worker.
     *
     * @param url base URL
     * @param prefix of the API
     * @param headers sent with every request, for example {@code Authorization}
     * @param maxTasks at the same time
     * @param mapper for payloads and results, or null for the default one
     */
    public Worker(String url, String prefix, Map<String, String> headers, int maxTasks, ObjectMapper mapper) {
        this.http = new Http(url, headers);
        this.json = new Json(mapper);
        this.prefix = prefix + "/worker/";
        this.maxTasks = maxTasks;
    }

    private record Served(Handler<JsonNode, ?> handler, Duration deadline) {}

    /** Registers the handler of a task name; {@link RawJson} as its input gives the payload to the letter. */
    public <I, O> Worker task(String name, Class<I> input, Handler<I, O> handler) {
        return task(name, input, null, handler);
    }

    /** The same with a time after which a run fails, counted from when it may run; the body is interrupted then. */
    public <I, O> Worker task(String name, Class<I> input, Duration deadline, Handler<I, O> handler) {
        handlers.put(
                name, new Served((context, payload) -> handler.run(context, json.value(payload, input)), deadline));
        return this;
    }

    /** Begins to serve, and returns. */
    public Worker start() {
        ObjectNode envelope = json.object().put("workerId", workerId);
        ArrayNode names = envelope.putArray("taskNames");
        handlers.keySet().forEach(names::add);
        outbox = new Outbox(http, json, prefix + "commands", envelope, this::along, (tasks, asked) -> {
            tasks.forEach(this::begin);
            promised.addAndGet(-asked);
            LockSupport.unpark(claimer);
        });
        for (int i = 0; i < LANES; i++) {
            threads.execute(outbox);
        }
        claimer = daemon(() -> claimAll(envelope));
        claimer.start();
        heart.scheduleWithFixedDelay(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
        return this;
    }

    /** Claims no more, lets bodies end for ten seconds, hands back what is left. */
    @Override
    public void close() {
        closing.set(true);
        if (claimer != null) {
            claimer.interrupt();
        }
        idleWithin(CLOSING_MILLIS);
        active.forEach(activation -> activation.release(false));
        idleWithin(CLOSING_MILLIS / 2);
        heart.shutdownNow();
        threads.shutdownNow();
    }

    private void idleWithin(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!active.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private int room() {
        return Math.max(0, maxTasks - active.size() - promised.get());
    }

    /** Tasks to ask for along with commands: none while a claim waits, for then nothing is due. */
    private int along(int freed) {
        int asked = claiming.get() || closing.get() ? 0 : Math.min(CLAIM_MOST, room() + freed);
        promised.addAndGet(asked);
        return asked;
    }

    private void claimAll(ObjectNode envelope) {
        int tries = 0;
        while (!closing.get()) {
            int places = Math.min(CLAIM_MOST, room());
            if (places == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                continue;
            }
            claiming.set(true);
            try {
                ObjectNode request = envelope.deepCopy().put("maxTasks", places).put("waitSecs", CLAIM_WAIT_SECONDS);
                HttpResponse<String> answer = http.exchange(
                        "POST", prefix + "claim", request, Map.of(), Duration.ofSeconds(2L * CLAIM_WAIT_SECONDS));
                claiming.set(false);
                if (answer.statusCode() == 200) {
                    tries = 0;
                    json.parse(answer.body()).path("tasks").forEach(this::begin);
                } else {
                    Thread.sleep(Math.max(Http.retryAfterMillis(answer), Http.backoffMillis(tries++)));
                }
            } catch (IOException e) {
                claiming.set(false);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Http.backoffMillis(tries++)));
            } catch (InterruptedException e) {
                // The claim was given up because the worker closes.
                return;
            }
        }
    }

    private void begin(JsonNode task) {
        Served served = handlers.get(task.path("taskName").asText());
        Duration deadline = served == null ? null : served.deadline();
        Activation activation = new Activation(task, outbox, json, threads, deadline, ended -> {
            active.remove(ended);
            LockSupport.unpark(claimer);
        });
        active.add(activation);
        if (served == null || closing.get()) {
            activation.release(false);
            return;
        }
        if (!activation.late()) {
            activation.fork(() -> {
                run(served.handler(), activation);
                return null;
            });
        }
    }

    private void run(Handler<JsonNode, ?> handler, Activation activation) {
        try {
            Object result =
                    handler.run(new TaskContext(activation), activation.task().path("payload"));
            ObjectNode members = json.object();
            members.set("result", json.tree(result));
            activation.end("complete", members);
        } catch (ActivationOver e) {
            activation.lost("abandoned");
        } catch (Throwable e) {
            // Whatever a body throws fails its run.
            activation.end("fail", activation.error(e));
        }
    }

    private void beat() {
        long now = System.nanoTime();
        for (Activation activation : active) {
            if (!activation.late() && !activation.over() && activation.renewalDue(now)) {
                outbox.send(activation.command("extend", json.object()), false).thenAccept(verdict -> {
                    String kind = verdict.path("verdict").asText();
                    if (kind.equals("lease-lost") || kind.equals("cancelled")) {
                        activation.lost(kind);
                    }
                });
            }
        }
    }

    private static Thread daemon(Runnable run) {
        Thread thread = new Thread(run, "zart-worker");
        thread.setDaemon(true);
        return thread;
    }
}
