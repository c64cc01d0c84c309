package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged service is killed under its workers, and workers vanish from it: nothing recorded runs again, all ends. */
class WorkerRestartIT {

    private static final int RUNS = 30;
    private static final int STEPS = 8;

    private final Map<String, AtomicInteger> executions = new ConcurrentHashMap<>();
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.create();
    }

    @AfterEach
    void close() {
        database.drop();
    }

    private TestWorker.Body body() {
        return (ctx, payload) -> {
            int sum = 0;
            for (int i = 0; i < STEPS; i++) {
                String step = payload.asText() + ":" + i;
                sum += ctx.step("s" + i, attempt -> {
                            Thread.sleep(30);
                            return executions
                                    .computeIfAbsent(step, absent -> new AtomicInteger())
                                    .incrementAndGet();
                        })
                        .asInt();
            }
            return sum;
        };
    }

    private ServiceProcess service(int port) {
        return ServiceProcess.startAt(
                port,
                Map.of(
                        "ZART_DATABASE_URL", database.url(),
                        "ZART_SAMPLES_ENABLED", "false"));
    }

    @Test
    void theServiceIsKilledAndComesBackUnderItsWorkers() {
        int port = ServiceProcess.freePort();
        ServiceProcess service = service(port);
        List<String> ids = new ArrayList<>();
        try (TestWorker worker = new TestWorker(service.url(), "steady", Map.of("long", body()), 3, 8)) {
            WorkerHttp http = new WorkerHttp(service.url());
            for (int i = 0; i < RUNS; i++) {
                ids.add(http.start("long", "\"" + i + "\""));
            }
            service.kill();
            service = service(port);
            WorkerHttp again = new WorkerHttp(service.url());
            for (String id : ids) {
                JsonNode ended = again.ended(id);
                assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("completed");
            }
        } finally {
            service.close();
        }
    }

    @Test
    void aWorkerThatVanishesIsReplacedAndRecordedStepsStand() {
        try (ServiceProcess service = service(ServiceProcess.freePort())) {
            WorkerHttp http = new WorkerHttp(service.url());
            List<String> ids = new ArrayList<>();
            TestWorker mortal = new TestWorker(service.url(), "mortal", Map.of("long", body()), 1, 8);
            for (int i = 0; i < RUNS; i++) {
                ids.add(http.start("long", "\"" + i + "\""));
            }
            http.ended(ids.get(0));
            mortal.close();
            try (TestWorker heir = new TestWorker(service.url(), "heir", Map.of("long", body()), 3, 8)) {
                for (String id : ids) {
                    assertThat(http.ended(id).path("status").asText()).isEqualTo("completed");
                }
            }
            long repeated = executions.values().stream()
                    .filter(runs -> runs.get() > 1)
                    .count();
            assertThat(repeated)
                    .as("steps that ran twice: only those in work when the worker vanished")
                    .isLessThanOrEqualTo(8);
        }
    }
}
