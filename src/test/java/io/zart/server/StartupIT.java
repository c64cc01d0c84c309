package io.zart.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged program: how it starts, refuses to start and stops. */
class StartupIT {

    @ParameterizedTest
    @CsvSource({
        "ZART_LEASE,15x,zart.lease",
        "ZART_WAIT_MAX,56s,zart.wait-max",
        "ZART_API_PREFIX,/q/x,zart.api-prefix",
        "ZART_DATABASE_URL,postgresql://u:s3cret@/db,zart.database.url",
        "ZART_MAX_BODY_SIZE,2X,zart.max-body-size"
    })
    void aWrongSettingStopsTheStartWithOneLine(String variable, String value, String property) {
        try (ServiceProcess service = ServiceProcess.launch(Map.of(variable, value))) {
            assertThat(service.awaitExit()).isNotZero();
            assertThat(service.output().strip().lines())
                    .singleElement()
                    .asString()
                    .contains(property, variable)
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void requestsAreRefusedUntilTheDatabaseIsThere() throws Exception {
        Map<String, String> nobody = Map.of("ZART_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/db");
        try (ServiceProcess service = ServiceProcess.launch(nobody)) {
            await("the service is alive").atMost(Duration.ofSeconds(60)).until(() -> service.status("/healthz") == 200);
            HttpRequest request = HttpRequest.newBuilder(URI.create(service.url() + "/api/v1/executions"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"taskName\":\"echo\"}"))
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.body()).contains("\"code\":\"database-unavailable\"");
            assertThat(service.status("/readyz")).isEqualTo(503);
        }
    }

    @Test
    void aFirstStartWarnsOfNothingThatIsInOrder() {
        TestDatabase database = TestDatabase.create();
        try (ServiceProcess service = ServiceProcess.start(Map.of("ZART_DATABASE_URL", database.url()))) {
            assertThat(service.output().lines().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")))
                    .allMatch(line -> line.contains("SECURITY IS OFF"));
        } finally {
            database.drop();
        }
    }

    @Test
    void theMigrationModeMigratesAndExits() {
        TestDatabase database = TestDatabase.create();
        try (ServiceProcess first = ServiceProcess.launch(Map.of("ZART_DATABASE_URL", database.url()), "--migrate")) {
            assertThat(first.awaitExit()).as(first.output()).isZero();
        }
        try (ServiceProcess again = ServiceProcess.launch(Map.of("ZART_DATABASE_URL", database.url()), "--migrate")) {
            assertThat(again.awaitExit()).as(again.output()).isZero();
        }
        database.drop();
    }

    @Test
    void theMigrationModeFailsWhenTheDatabaseIsAway() {
        Map<String, String> nobody = Map.of("ZART_DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:1/db");
        try (ServiceProcess service = ServiceProcess.launch(nobody, "--migrate")) {
            assertThat(service.awaitExit()).isNotZero();
            assertThat(service.output()).contains("cannot migrate the database").doesNotContain("s3cret");
        }
    }

    @Test
    void theNativeBinaryWithoutADatabaseStopsWithOneLine() {
        assumeTrue(ServiceProcess.isNative(), "the jar has an embedded database");
        try (ServiceProcess service = ServiceProcess.launch(Map.of())) {
            assertThat(service.awaitExit()).isNotZero();
            assertThat(service.output().strip().lines())
                    .singleElement()
                    .asString()
                    .contains("zart.database.url", "ZART_DATABASE_URL");
        }
    }

    @Test
    void theEmbeddedDatabaseIsAdoptedAfterACrashAndStoppedAtTheEnd(@TempDir Path folder) {
        assumeFalse(ServiceProcess.isNative(), "the native binary has no embedded database");
        Map<String, String> settings = Map.of("ZART_EMBEDDED_DATA_DIR", folder.toString());
        try (ServiceProcess crashed = ServiceProcess.start(settings)) {
            assertThat(crashed.output()).contains("EMBEDDED DATABASE", folder.toString());
            crashed.kill();
        }
        assertThat(folder.resolve("pg17/data/postmaster.pid")).exists();
        try (ServiceProcess next = ServiceProcess.start(settings)) {
            next.terminate();
            assertThat(folder.resolve("pg17/data/postmaster.pid"))
                    .as(next.output())
                    .doesNotExist();
        }
    }

    @Test
    void theLastOfTwoInstancesStopsTheEmbeddedDatabase(@TempDir Path folder) {
        assumeFalse(ServiceProcess.isNative(), "the native binary has no embedded database");
        Map<String, String> settings = Map.of("ZART_EMBEDDED_DATA_DIR", folder.toString());
        try (ServiceProcess one = ServiceProcess.start(settings);
                ServiceProcess two = ServiceProcess.start(settings)) {
            one.terminate();
            assertThat(folder.resolve("pg17/data/postmaster.pid"))
                    .as(one.output())
                    .exists();
            two.awaitReady();
            two.terminate();
            assertThat(folder.resolve("pg17/data/postmaster.pid"))
                    .as(two.output())
                    .doesNotExist();
        }
    }
}
