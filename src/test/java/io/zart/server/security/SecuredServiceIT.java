package io.zart.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.config.ApiKey;
import io.zart.server.testing.SelfSigned;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service as production runs it: TLS only, keys from a file, health checks and metrics on a port of their own. */
class SecuredServiceIT {

    private static final String VIEWER = "key-of-the-viewer-31c7";
    private static final String SUCCESSOR = "next-key-of-the-viewer-9e02";

    @TempDir
    static Path folder;

    private static final int SECURE = ServiceProcess.freePort();
    private static final int MANAGEMENT = ServiceProcess.freePort();
    private static TestDatabase database;
    private static ServiceProcess service;
    private static HttpClient client;
    private static Map<String, String> settings;

    @BeforeAll
    static void start() throws IOException {
        SelfSigned certificate = SelfSigned.make(folder, "service");
        client = HttpClient.newBuilder().sslContext(certificate.trusted()).build();
        database = TestDatabase.createMigrated();
        keys(entry("viewer", VIEWER));
        settings = new HashMap<>(Map.of(
                "ZART_DATABASE_URL", database.url(),
                "ZART_SECURITY_ENABLED", "true",
                "ZART_SECURITY_API_KEYS_FILE", folder.resolve("keys").toString(),
                "ZART_MANAGEMENT_PORT", Integer.toString(MANAGEMENT),
                "QUARKUS_HTTP_SSL_PORT", Integer.toString(SECURE),
                "QUARKUS_HTTP_INSECURE_REQUESTS", "disabled",
                "QUARKUS_HTTP_SSL_CERTIFICATE_FILES", certificate.certificate().toString(),
                "QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES", certificate.key().toString()));
        service = ServiceProcess.launch(settings);
        Awaitility.await("readiness on the management port")
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !service.isAlive() || management("/readyz") == 200);
        assertThat(service.isAlive()).as(service.output()).isTrue();
    }

    @AfterAll
    static void stop() {
        service.close();
        database.drop();
    }

    @Test
    void callersAreServedThroughTlsOnly() throws Exception {
        HttpResponse<String> answer = get("/api/v1/stats", VIEWER);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
        assertThat(service.status("/api/v1/stats"))
                .as("without TLS nobody answers")
                .isEqualTo(-1);
    }

    @Test
    void whoHasNoKeyIsRefusedAndTheProbesNeedNone() throws Exception {
        assertThat(get("/api/v1/stats", null).statusCode()).isEqualTo(401);
        assertThat(get("/zart/admin/v1/pause", VIEWER).statusCode()).isEqualTo(200);
        assertThat(get("/readyz", VIEWER).statusCode()).isEqualTo(404);
        for (String path : new String[] {"/healthz", "/readyz", "/metrics"}) {
            assertThat(management(path)).as(path).isEqualTo(200);
        }
        assertThat(management("/api/v1/stats")).isEqualTo(404);
    }

    @Test
    void aKeyIsExchangedWithoutARestart() throws Exception {
        String leaving = "key-that-goes-77aa";
        keys(entry("viewer", VIEWER) + entry("leaving", leaving));
        Awaitility.await("the new key").atMost(Duration.ofSeconds(60)).until(() -> status(leaving) == 200);
        keys(entry("viewer", VIEWER) + entry("successor", SUCCESSOR));
        Awaitility.await("the next key").atMost(Duration.ofSeconds(60)).until(() -> status(SUCCESSOR) == 200);
        assertThat(status(leaving)).isEqualTo(401);
        assertThat(status(VIEWER)).isEqualTo(200);
    }

    @Test
    void migrationsRunBesideItUnderTheSameSettings() {
        Map<String, String> same = new HashMap<>(settings);
        same.put("QUARKUS_HTTP_PORT", Integer.toString(ServiceProcess.freePort()));
        try (ServiceProcess migration = ServiceProcess.launch(same, "--migrate")) {
            assertThat(migration.awaitExit()).as(migration.output()).isZero();
        }
    }

    @Test
    void itsOutputHasNoSecretAndNoWarning() {
        assertThat(service.output())
                .doesNotContain(VIEWER, SUCCESSOR, ApiKey.hash(VIEWER), "postgres:postgres@")
                .doesNotContain(" WARN ", "SECURITY IS OFF", " ERROR ");
    }

    /** Changes the file as a mounted Secret changes: at once. */
    private static void keys(String text) throws IOException {
        Path next = Files.writeString(folder.resolve("keys.next"), text);
        Files.move(next, folder.resolve("keys"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static int status(String key) throws IOException, InterruptedException {
        return get("/api/v1/stats", key).statusCode();
    }

    private static HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + SECURE + path));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int management(String path) {
        try {
            URI uri = URI.create("http://localhost:" + MANAGEMENT + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static String entry(String name, String key) {
        return name + " viewer " + ApiKey.hash(key) + "\n";
    }
}
