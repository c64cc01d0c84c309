package io.zart.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.zart.server.testing.PostgresTestResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class MigrationsTest {

    @Inject
    Migrations migrations;

    @Inject
    Flyway flyway;

    @Test
    void theApplicationMigratesByItselfAfterItsStart() {
        migrations.whenApplied().await().atMost(Duration.ofSeconds(20));
        assertThat(migrations.applied()).isTrue();
    }

    @Test
    void aSecondMigrationChangesNothing() {
        assertThat(migrations.attempt()).isEqualTo(migrations.attempt());
    }

    @Test
    void whatANewerReleaseHasMigratedIsLeftAlone() throws SQLException {
        try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into flyway_schema_history (installed_rank, version, description, type, script, checksum,"
                            + " installed_by, execution_time, success) values (9999, '9999', 'newer', 'SQL', 'V9999__newer.sql', 1,"
                            + " 'somebody', 1, true)");
            try {
                assertThat(migrations.attempt()).isEqualTo("9999");
            } finally {
                statement.execute("delete from flyway_schema_history where version = '9999'");
            }
        }
    }

    @Test
    void aServerOlderThanFifteenIsRefusedInWords() {
        assertThatThrownBy(() -> PostgresVersion.require(14)).hasMessageContaining("needs version 15 or later");
    }
}
