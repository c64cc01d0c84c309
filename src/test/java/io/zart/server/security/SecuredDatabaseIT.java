package io.zart.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.testing.SelfSigned;
import io.zart.server.testing.ServiceProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service and a database as in production: it talks TLS only, and asks for a password (SCRAM-SHA-256). */
class SecuredDatabaseIT {

    private static final String PASSWORD = "pw-of-the-service-5d1c";

    @TempDir
    static Path folder;

    private static EmbeddedPostgres postgres;
    private static Path authority;

    @BeforeAll
    static void start() throws Exception {
        SelfSigned server = SelfSigned.make(folder, "server");
        authority = server.certificate();
        Path access = Files.writeString(folder.resolve("pg_hba.conf"), """
                host    all postgres 127.0.0.1/32 trust
                host    all postgres ::1/128      trust
                hostssl all zart     127.0.0.1/32 scram-sha-256
                hostssl all zart     ::1/128      scram-sha-256
                """);
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("hba_file", access.toString())
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", authority.toString())
                .setServerConfig("ssl_key_file", server.key().toString())
                .start();
        try (Connection admin = postgres.getPostgresDatabase().getConnection()) {
            admin.createStatement().execute("create role zart login password '" + PASSWORD + "'");
            admin.createStatement().execute("create database zart owner zart");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @Test
    void everyConnectionOfTheServiceIsEncryptedAndLoggedIn() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(settings(PASSWORD))) {
            HttpRequest start = HttpRequest.newBuilder(URI.create(service.url() + "/api/v1/executions"))
                    .header("Content-Type", "application/json")
                    .header("Prefer", "wait=30")
                    .POST(BodyPublishers.ofString("{\"taskName\":\"echo\",\"payload\":1}"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(start, BodyHandlers.ofString())
                            .body())
                    .contains("\"status\":\"completed\"");
            // One listens, at least one has written.
            assertThat(connections("ssl")).isGreaterThanOrEqualTo(2);
            assertThat(connections("not ssl")).isZero();
            assertThat(service.output()).doesNotContain(PASSWORD);
        }
    }

    @Test
    void withAWrongPasswordItSaysWhoIsRefusedAndNotWithWhat() {
        String wrong = "another-pw-77ab";
        try (ServiceProcess service = ServiceProcess.launch(settings(wrong))) {
            Awaitility.await("the reason")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> service.output().contains("password authentication failed for user \"zart\""));
            Awaitility.await("that it lives")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> service.status("/healthz") == 200);
            assertThat(service.status("/readyz")).isEqualTo(503);
            assertThat(service.output()).doesNotContain(wrong);
        }
    }

    private static Map<String, String> settings(String password) {
        return new HashMap<>(Map.of(
                "ZART_DATABASE_URL",
                "postgresql://localhost:" + postgres.getPort() + "/zart?sslmode=verify-full&sslrootcert=" + authority,
                "ZART_DATABASE_USERNAME",
                "zart",
                "ZART_DATABASE_PASSWORD",
                password,
                "ZART_SAMPLES_ENABLED",
                "true"));
    }

    private static long connections(String condition) throws SQLException {
        try (Connection admin = postgres.getPostgresDatabase().getConnection();
                ResultSet row = admin.createStatement()
                        .executeQuery("select count(*) from pg_stat_ssl join pg_stat_activity using (pid)"
                                + " where usename = 'zart' and " + condition)) {
            row.next();
            return row.getLong(1);
        }
    }
}
