package io.zart.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.zart.server.config.DatabaseUrl;
import io.zart.server.testing.SelfSigned;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database behind TLS: its certificate is checked by both clients, and another one is not taken for it. */
class DatabaseTlsTest {

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static EmbeddedPostgres postgres;
    private static Path authority;
    private static Path other;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        SelfSigned server = SelfSigned.make(folder, "server");
        authority = server.certificate();
        other = SelfSigned.make(folder, "other").certificate();
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", authority.toString())
                .setServerConfig("ssl_key_file", server.key().toString())
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
        vertx.close();
    }

    @Test
    void bothClientsConnectWhenTheCertificateIsTheRightOne() throws Exception {
        DatabaseUrl url = url("verify-full", authority);
        assertThat(reactiveUsesTls(url)).isTrue();
        assertThat(jdbcUsesTls(url)).isTrue();
    }

    @Test
    void neitherClientConnectsWhenTheCertificateIsAnother() {
        DatabaseUrl url = url("verify-full", other);
        assertThatThrownBy(() -> reactiveUsesTls(url)).isNotNull();
        assertThatThrownBy(() -> jdbcUsesTls(url)).isInstanceOf(SQLException.class);
    }

    private static DatabaseUrl url(String mode, Path certificate) {
        return DatabaseUrl.parse("postgresql://postgres:postgres@localhost:" + postgres.getPort() + "/postgres?sslmode="
                + mode + "&sslrootcert=" + certificate);
    }

    private static boolean reactiveUsesTls(DatabaseUrl url) throws Exception {
        return PgConnection.connect(vertx, url.connectOptions())
                .compose(connection -> connection
                        .query("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
                        .execute()
                        .map(rows -> rows.iterator().next().getBoolean(0))
                        .onComplete(done -> connection.close()))
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static boolean jdbcUsesTls(DatabaseUrl url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        url.jdbcUrl(), url.username(), url.password().orElseThrow());
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()")) {
            return row.next() && row.getBoolean(1);
        }
    }
}
