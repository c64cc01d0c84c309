package io.zart.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.zart.server.testing.BlockingCalls;
import io.zart.server.testing.PostgresTestResource;
import io.zart.server.testing.ServiceClient;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Nothing that the service does blocks an event loop. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class EventLoopTest {

    private static final Map<String, String> TASKS = Map.of(
            "echo", "[1]",
            "five-steps", "null",
            "flaky", "{\"delayMs\":20}",
            "dead", "{\"retry\":\"none\"}",
            "sleeper", "{\"seconds\":0.2}",
            "parallel", "null",
            "mixed", "null",
            "catch-error", "null",
            "catch-deadline", "null",
            "loop", "null");

    @Inject
    Vertx vertx;

    @Test
    void noRouteAndNoActivationBlocksAnEventLoop() {
        ServiceClient client = new ServiceClient("http://localhost:" + RestAssured.port);
        // Once before, so that what is loaded and built at the first use does not count.
        useAll(client, "before");
        assertThat(BlockingCalls.during(() -> useAll(client, "recorded"))).isEmpty();
    }

    private static void useAll(ServiceClient client, String prefix) {
        TASKS.forEach((task, payload) -> client.start(prefix + "-" + task, task, payload));
        client.start(prefix + "-approval", "approval", "null");
        client.start(prefix + "-cancelled", "approval", "null");
        client.start(prefix + "-cancelled", "approval", "null");
        CompletableFuture<ServiceClient.Answer> parked = client.park(prefix + "-approval");
        client.deliver(prefix + "-approval", "approval");
        client.post("/api/v1/executions/" + prefix + "-cancelled/cancel", "");
        TASKS.keySet().forEach(task -> client.end(prefix + "-" + task));
        assertThat(parked.join().status()).isEqualTo(200);
        client.post(
                "/api/v1/executions/wait",
                "{\"ids\":[\"" + prefix + "-echo\",\"" + prefix + "-loop\"],\"mode\":\"all\"}");
        client.post("/api/v1/executions", "{");
        client.post("/zart/admin/v1/executions/" + prefix + "-dead/retry-step", "{\"stepName\":\"doomed\"}");
        client.post("/zart/admin/v1/executions/" + prefix + "-echo/restart", "");
        for (String path : List.of(
                "/api/v1/executions?search=" + prefix,
                "/api/v1/executions/" + prefix + "-echo",
                "/api/v1/executions/nobody",
                "/api/v1/stats",
                "/zart/admin/v1/executions/" + prefix + "-flaky/detail",
                "/zart/admin/v1/executions/" + prefix + "-flaky/runs",
                "/zart/admin/v1/pause",
                "/healthz",
                "/readyz",
                "/metrics",
                "/nowhere")) {
            client.get(path);
        }
    }

    @Test
    void aBlockedEventLoopIsSeen() {
        assertThat(BlockingCalls.during(this::block)).anyMatch(call -> call.contains("EventLoopTest"));
    }

    private void block() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        CountDownLatch over = new CountDownLatch(1);
        vertx.runOnContext(turn -> {
            vertx.executeBlocking(() -> {
                Thread.sleep(20);
                return answer.complete(null);
            });
            answer.join();
            over.countDown();
        });
        awaitUninterruptibly(over);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
