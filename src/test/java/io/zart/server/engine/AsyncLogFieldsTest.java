package io.zart.server.engine;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.zart.server.testing.PostgresTestResource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a non-blocking handler logs, also after calls that came back, is marked with its run, and with the step while in one. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class AsyncLogFieldsTest {

    private static final int RUNS = 20;

    /** What was logged, and with which fields, by execution. */
    private final Map<String, Map<String, Map<String, String>>> logged = new ConcurrentHashMap<>();

    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            Map<String, String> fields = new HashMap<>(ExtLogRecord.wrap(entry).getMdcCopy());
            logged.computeIfAbsent(String.valueOf(fields.get("execution")), id -> new ConcurrentHashMap<>())
                    .put(entry.getMessage(), fields);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger probe = Logger.getLogger(LogProbe.class.getName());
        probe.addHandler(collector);
        probe.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger(LogProbe.class.getName()).removeHandler(collector);
    }

    @Test
    void aNonBlockingBodyIsMarkedWithItsRunAndItsStepsWithTheirNames() {
        String prefix = UUID.randomUUID().toString();
        IntStream.range(0, RUNS).parallel().forEach(i -> run(prefix + "-" + i));
        for (int i = 0; i < RUNS; i++) {
            String id = prefix + "-" + i;
            Map<String, Map<String, String>> entries = logged.get(id);
            assertThat(entries)
                    .as(id)
                    .containsOnlyKeys("body", "step", "step, called back", "body, after the step", "body, called back");
            entries.forEach((text, fields) -> {
                assertThat(fields).as(text).containsEntry("run", "0");
                assertThat(fields.get("step")).as(text).isEqualTo(text.startsWith("step") ? "charge" : null);
            });
        }
        assertThat(logged).as("entries without an execution").doesNotContainKey("null");
    }

    private static void run(String id) {
        given().contentType("application/json")
                .header("Prefer", "wait=30")
                .body("{\"taskName\":\"" + LogProbe.TASK + "\",\"executionId\":\"" + id + "\"}")
                .post("/api/v1/executions")
                .then()
                .statusCode(201);
    }
}
