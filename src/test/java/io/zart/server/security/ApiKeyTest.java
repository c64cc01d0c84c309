package io.zart.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zart.server.config.ApiKey;
import io.zart.server.config.Role;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys are read from text, known by their hash and expire. */
class ApiKeyTest {

    private static final String HASH = ApiKey.hash("secret");

    @Test
    void severalKeysWithCommentsAndEmptyLinesAreRead() {
        String text =
                "# for the rotation\nold client " + HASH + " 2030-01-01T00:00:00Z\n\nnew client,viewer " + HASH + "\n";
        assertThat(ApiKey.parseAll(text)).extracting(ApiKey::name).containsExactly("old", "new");
        assertThat(ApiKey.parseAll(text).get(1).roles()).containsExactlyInAnyOrder(Role.CLIENT, Role.VIEWER);
    }

    @Test
    void theHashIsTheOneThatSha256sumPrints() {
        assertThat(HASH).isEqualTo("2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b");
    }

    @Test
    void aKeyExpiresAtItsMoment() {
        ApiKey key =
                ApiKey.parseAll("old client " + HASH + " 2030-01-01T00:00:00Z").get(0);
        assertThat(key.expired(Instant.parse("2029-12-31T23:59:59Z"))).isFalse();
        assertThat(key.expired(Instant.parse("2030-01-01T00:00:00Z"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ci", "ci client", "ci admin HASH", "ci client secret", "ci client HASH tomorrow"})
    void whatCannotBeReadIsRefusedWithoutShowingIt(String entry) {
        String text = entry.replace("HASH", HASH);
        assertThatThrownBy(() -> ApiKey.parseAll(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContainingAny(HASH, "secret");
    }
}
