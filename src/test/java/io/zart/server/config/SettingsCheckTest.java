package io.zart.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsCheckTest {

    @Test
    void noSettingAtAllIsFine() {
        assertThatCode(() -> settings(Map.of()).check()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zart.lease | 15x",
                "zart.lease | 999ms",
                "zart.lease | 61m",
                "zart.wait-max | 56s",
                "zart.wait-max | 0s",
                "zart.wait-max | -5s",
                "zart.retention | never",
                "zart.retention | 0s",
                "zart.max-body-size | 2X",
                "zart.max-body-size | 257M",
                "zart.max-body-size | 1",
                "zart.worker-concurrency | -1",
                "zart.worker-concurrency | 1.5",
                "zart.database.max-size | 1",
                "zart.database.max-size | many",
                "zart.database.url | mysql://host/db",
                "zart.database.direct-url | postgresql:///db",
                "zart.samples.enabled | yes",
                "zart.cors-origins | a.example",
                "zart.cors-origins | *,https://a.example",
                "zart.api-prefix | api",
                "zart.api-prefix | /",
                "zart.api-prefix | ''",
                "zart.api-prefix | /api/",
                "zart.api-prefix | /a/../b",
                "zart.api-prefix | /q",
                "zart.api-prefix | /q/v1",
                "zart.api-prefix | /healthz",
                "zart.admin-prefix | /metrics/x",
                "zart.admin-prefix | /swagger-ui"
            })
    void aWrongValueIsRefusedInOneLineThatNamesTheSettingTheValueAndWhatIsAllowed(String property, String value) {
        String variable = property.toUpperCase().replace('.', '_').replace('-', '_');
        assertThatThrownBy(() -> settings(Map.of(property, value)).check())
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(property + " (" + variable + ") is '" + value + "': ")
                .hasMessageContaining("allowed is ")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "zart.lease,500s",
        "zart.lease,PT15S",
        "zart.wait-max,55s",
        "zart.retention,off",
        "zart.retention,30d",
        "zart.max-body-size,2M",
        "zart.worker-concurrency,0",
        "zart.cors-origins,*",
        "zart.cors-origins,'https://a.example, http://localhost:3000'",
        "zart.api-prefix,/durable/api",
        "zart.samples.enabled,TRUE",
        "zart.api-prefix,/apiv1"
    })
    void aRightValueIsAccepted(String property, String value) {
        assertThatCode(() -> settings(Map.of(property, value)).check()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"/a,/a", "/a,/a/b", "/a/b,/a", "/zart,/zart/admin/v1"})
    void prefixesThatNestAreRefused(String api, String admin) {
        assertThatThrownBy(() -> settings(Map.of("zart.api-prefix", api, "zart.admin-prefix", admin))
                        .check())
                .hasMessageContaining("collides with zart.admin-prefix '" + admin + "'");
    }

    @Test
    void neighbouringPrefixesAreNotNested() {
        assertThat(Prefixes.collide("/api/v1", "/api/v10")).isFalse();
    }

    @Test
    void aPasswordIsNeverShown() {
        for (String url : new String[] {
            "mysql://u:s3cret@host/db",
            "postgresql://u:s3cret@/db",
            "postgresql://u:s3@cret@h:x/db",
            "postgresql:///db?user=u&password=s3cret",
            "u:s3cret@host"
        }) {
            assertThatThrownBy(() -> settings(Map.of("zart.database.url", url)).check())
                    .hasMessageNotContaining("s3")
                    .hasMessageNotContaining("cret");
        }
    }

    @Test
    void environmentVariablesAreTheDocumentedOnes() {
        assertThat(new Setting("zart.database.max-size", "", value -> value, false).variable())
                .isEqualTo("ZART_DATABASE_MAX_SIZE");
    }

    @Test
    void unsafeSettingsComeWithAdvice() {
        SettingsCheck settings = settings(Map.of(
                "zart.database.url", "postgresql://u@db.example/zart",
                "zart.cors-origins", "*",
                "zart.samples.enabled", "true",
                "zart.embedded.data-dir", "/x",
                "zart.lease", "2s",
                "zart.retention", "off"));
        assertThat(new SettingsAdvice(settings).warnings()).hasSize(7);
    }

    @Test
    void ordinarySettingsComeWithoutAdvice() {
        SettingsCheck settings = settings(Map.of(
                "zart.database.url",
                "postgresql://u@localhost/zart",
                "zart.security.enabled",
                "true",
                "zart.security.oidc-url",
                "https://issuer.example"));
        settings.check();
        assertThat(new SettingsAdvice(settings).warnings()).isEmpty();
    }

    @Test
    void aServiceWithADatabaseOfItsOwnAndWithoutSecuritySaysSoLoudly() {
        SettingsCheck settings = settings(Map.of("zart.database.url", "postgresql://u@localhost/zart"));
        assertThat(new SettingsAdvice(settings).warnings())
                .singleElement()
                .asString()
                .startsWith("SECURITY IS OFF");
    }

    @Test
    void securityThatLetsNobodyInStopsTheStart() {
        assertThatThrownBy(
                        () -> settings(Map.of("zart.security.enabled", "true")).check())
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("ZART_SECURITY_API_KEYS_FILE");
    }

    @Test
    void keysThatCannotBeReadStopTheStartAndAreNotShown() {
        for (String name : new String[] {"zart.security.api-keys", "zart.security.api-keys-file"}) {
            assertThatThrownBy(() -> settings(Map.of("zart.security.enabled", "true", name, "ci client s3cret"))
                            .check())
                    .isInstanceOf(SettingException.class)
                    .hasMessageContaining(name);
        }
        assertThatThrownBy(() -> settings(Map.of("zart.security.api-keys", "ci client s3cret"))
                        .check())
                .hasMessageNotContaining("s3cret");
    }

    private static SettingsCheck settings(Map<String, String> values) {
        return new SettingsCheck(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withDefaultValues(values)
                .build());
    }
}
