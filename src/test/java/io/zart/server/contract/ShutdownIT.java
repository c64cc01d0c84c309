package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** CONTRACT 7: a server that shuts down answers every parked wait before it closes the door. */
class ShutdownIT {

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void parkedWaitsAreAnswered503WithRetryAfter0() {
        TestDatabase database = TestDatabase.create();
        Map<String, String> settings = Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "true");
        try (ServiceProcess service = ServiceProcess.start(settings)) {
            String executions = service.url() + "/api/v1/executions";
            String start = "{\"executionId\":\"x\",\"taskName\":\"approval\",\"payload\":{}}";
            assertThat(post(executions, start).join().statusCode()).isEqualTo(201);
            await("the execution is parked")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> get(executions + "/x").join().body().contains("\"kind\":\"event\""));
            List<CompletableFuture<HttpResponse<String>>> waits = IntStream.range(0, 20)
                    .mapToObj(i -> i % 2 == 0
                            ? get(executions + "/x/wait?timeoutSecs=30")
                            : post(executions + "/wait", "{\"ids\":[\"x\"],\"timeoutSecs\":30}"))
                    .toList();
            // The last one looks and is answered: those before it have arrived.
            assertThat(get(executions + "/x/wait?timeoutSecs=1").join().statusCode())
                    .isEqualTo(504);
            int exit = service.terminate();
            for (CompletableFuture<HttpResponse<String>> wait : waits) {
                HttpResponse<String> answer = wait.join();
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).contains("0");
                assertThat(answer.body()).contains("\"code\":\"shutting-down\"");
            }
            assertThat(exit).as(service.output()).isIn(0, 143);
        } finally {
            database.drop();
        }
    }

    private CompletableFuture<HttpResponse<String>> get(String url) {
        return client.sendAsync(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> post(String url, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }
}
