package io.zart.server.crash;

import static org.awaitility.Awaitility.await;

import io.zart.server.testing.ServiceClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Clients that start executions one after the other, and repeat a start elsewhere when nobody answers it. */
final class Load {

    private static final int CLIENTS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<ServiceClient> services;
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final AtomicInteger number = new AtomicInteger();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicReference<String> wrong = new AtomicReference<>();
    private volatile boolean going = true;

    Load(List<String> urls) {
        this.services = urls.stream().map(ServiceClient::new).toList();
    }

    void begin() {
        for (int i = 0; i < CLIENTS; i++) {
            threads.execute(() -> {
                while (going) {
                    startOne(number.incrementAndGet());
                }
            });
        }
    }

    private void startOne(int n) {
        boolean mixed = n % 2 == 0;
        String id = (mixed ? "mixed-" : "five-") + n;
        String payload = "{\"sleepMs\":" + n % 7 * 100 + "}";
        for (int attempt = 0; !acknowledged.containsKey(id) && wrong.get() == null; attempt++) {
            try {
                ServiceClient service = services.get((n / 2 + attempt) % services.size());
                ServiceClient.Answer answer = service.start(id, mixed ? "mixed" : "five-steps", payload);
                if (answer.status() == 201 || (answer.status() == 200 && attempt > 0)) {
                    acknowledged.put(id, System.nanoTime());
                } else if (answer.status() != 503) {
                    wrong.set(id + ": " + answer);
                }
            } catch (UncheckedIOException e) {
                // Nobody there any more: the same start, elsewhere.
                continue;
            }
        }
    }

    Map<String, Long> acknowledged() {
        return acknowledged;
    }

    void awaitAcknowledged(int count) {
        await("acknowledged starts").atMost(PATIENCE).until(() -> acknowledged.size() >= count || wrong.get() != null);
    }

    /** Those that were acknowledged before that moment. */
    Predicate<String> acknowledgedBefore(long nanos) {
        return id -> acknowledged.get(id) - nanos < 0;
    }

    /** Stops, and gives all that were acknowledged. */
    List<String> finish() {
        going = false;
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("starts hang");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (wrong.get() != null) {
            throw new AssertionError("a start was answered wrongly: " + wrong.get());
        }
        return List.copyOf(acknowledged.keySet());
    }
}
