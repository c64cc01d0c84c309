package io.zart.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With the setting, every line of the packaged program is a JSON object; what failed is marked with where, never with what. */
class JsonLogsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "4111-1111-1111-1111";

    @Test
    void aFailedStepIsALineWithItsExecutionRunAndNameAndWithoutThePayload() throws Exception {
        TestDatabase database = TestDatabase.create();
        Map<String, String> settings = Map.of(
                "ZART_DATABASE_URL", database.url(),
                "ZART_SAMPLES_ENABLED", "true",
                "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true");
        try (ServiceProcess service = ServiceProcess.start(settings)) {
            JsonNode failed = JSON.readTree(start(service, "order-7").body());
            assertThat(failed.path("status").asText()).isEqualTo("failed");
            assertThat(service.terminate()).isIn(0, 143);
            List<JsonNode> lines = service.output()
                    .lines()
                    // A newer JVM's own, about libraries.
                    .filter(line -> !line.startsWith("WARNING: "))
                    .map(JsonLogsIT::object)
                    .toList();
            assertThat(lines)
                    .filteredOn(
                            line -> line.path("mdc").path("execution").asText().equals("order-7"))
                    .as(service.output())
                    .anySatisfy(line -> {
                        assertThat(line.path("level").asText()).isEqualTo("WARN");
                        assertThat(line.path("mdc").path("run").asText()).isEqualTo("0");
                        assertThat(line.path("mdc").path("step").asText())
                                .isEqualTo(failed.path("error").path("step").asText());
                    });
            assertThat(lines)
                    .as("the warning that security is off")
                    .anyMatch(line -> line.path("message").asText().startsWith("SECURITY IS OFF"));
            assertThat(service.output()).doesNotContain(SECRET);
        } finally {
            database.drop();
        }
    }

    private static HttpResponse<String> start(ServiceProcess service, String id) throws Exception {
        String body =
                "{\"executionId\":\"" + id + "\",\"taskName\":\"dead\",\"payload\":{\"card\":\"" + SECRET + "\"}}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.url() + "/api/v1/executions"))
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=30")
                .POST(BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode object(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + line, e);
        }
    }
}
