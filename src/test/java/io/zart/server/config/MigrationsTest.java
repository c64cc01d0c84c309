package io.zart.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.zart.server.testing.PostgresTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class MigrationsTest {

    @Inject
    Migrations migrations;

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
    void aServerOlderThanFifteenIsRefusedInWords() {
        assertThatThrownBy(() -> PostgresVersion.require(14)).hasMessageContaining("needs version 15 or later");
    }
}
