package io.zart.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseUrlTest {

    @Test
    void everyPartIsRead() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://us%40er:p%2Fa%3Ass+@db.example:6432/za%20rt?sslmode=require");
        assertThat(url.host()).isEqualTo("db.example");
        assertThat(url.port()).isEqualTo(6432);
        assertThat(url.database()).isEqualTo("za rt");
        assertThat(url.username()).isEqualTo("us@er");
        assertThat(url.password()).contains("p/a:ss+");
        assertThat(url.sslMode()).isEqualTo("require");
    }

    @Test
    void theJdbcFormCarriesCredentialsInTheQuery() {
        DatabaseUrl url = DatabaseUrl.parse("jdbc:postgresql://h/db?user=u&password=p");
        assertThat(url.username()).isEqualTo("u");
        assertThat(url.password()).contains("p");
        assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://h:5432/db?").doesNotContain("password");
    }

    @Test
    void anIpv6HostKeepsItsBracketsInUrls() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u@[::1]:5433/db");
        assertThat(url.host()).isEqualTo("::1");
        assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://[::1]:5433/db");
        assertThat(PgConnectOptions.fromUri(url.reactiveUrl()).getHost()).isEqualTo("::1");
    }

    @Test
    void bothClientsGetTheTlsMode() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u@h/db?sslmode=verify-full&sslrootcert=/ca.pem");
        assertThat(url.jdbcUrl()).contains("sslmode=verify-full", "sslrootcert=%2Fca.pem");
        assertThat(PgConnectOptions.fromUri(url.reactiveUrl()).getSslMode()).isEqualTo(SslMode.VERIFY_FULL);
        assertThat(url.connectOptions().getSslMode()).isEqualTo(SslMode.VERIFY_FULL);
        assertThat(DerivedSettings.database(url, url, 16))
                .containsEntry("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS")
                .containsEntry("quarkus.datasource.reactive.trust-certificate-pem.certs", "/ca.pem");
    }

    @Test
    void statementsAreKeptPreparedUnlessThereIsAPooler() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u@h/db");
        String setting = "quarkus.datasource.reactive.cache-prepared-statements";
        assertThat(DerivedSettings.database(url, url, 16)).containsEntry(setting, "true");
        assertThat(DerivedSettings.database(url, DatabaseUrl.parse("postgresql://u@h:6432/db"), 16))
                .containsEntry(setting, "false");
    }

    @Test
    void separateCredentialsWin() {
        DatabaseUrl url =
                DatabaseUrl.parse("postgresql://u:p@h/db").withCredentials(Optional.of("other"), Optional.of("secret"));
        assertThat(url.connectOptions().getUser()).isEqualTo("other");
        assertThat(url.connectOptions().getPassword()).isEqualTo("secret");
    }

    @Test
    void thePasswordIsNotShown() {
        assertThat(DatabaseUrl.parse("postgresql://u:s3cret@h/db").toString())
                .isEqualTo("postgresql://u:***@h:5432/db");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql:///db,no host",
        "postgresql://u:p@:5432/db,no host",
        "mysql://h/db,unknown scheme",
        "jdbc:mysql://h/db,no scheme and host",
        "h/db,no scheme and host",
        "postgresql://h,names no database",
        "postgresql://h/,names no database",
        "postgresql://h:99999/db,port",
        "postgresql://h:0/db,port",
        "'postgresql://a,b/db',more than one host",
        "postgresql://h/db?sslmode=maybe,sslmode is unknown",
        "postgresql://h/db?sslmode=verify-full,needs sslrootcert",
        "postgresql://u%zz@h/db,malformed percent-encoding"
    })
    void aUrlThatCannotWorkIsRefusedWithTheReason(String url, String reason) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
