package io.zart.server.contract;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * Other prefixes than the default ones, a shorter cap of a wait, and every origin allowed: one more start of the packaged service for
 * all. The names of the integration tests put them behind those that share the service with the default settings.
 */
public class OtherSettingsProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "zart.api-prefix",
                PrefixContract.PREFIX,
                "zart.admin-prefix",
                PrefixContract.ADMIN_PREFIX,
                "zart.wait-max",
                PrefixContract.WAIT_MAX,
                "zart.cors-origins",
                "*");
    }
}
