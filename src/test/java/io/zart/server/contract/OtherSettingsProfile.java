package io.zart.server.contract;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Other prefixes than the default ones, a shorter cap of a wait, and every origin allowed: one more start of the service for all. */
public class OtherSettingsProfile implements QuarkusTestProfile {

    /** Order of the classes with this profile: behind those that share the service with the default settings. */
    static final int LAST = Integer.MAX_VALUE;

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
