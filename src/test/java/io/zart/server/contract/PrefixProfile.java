package io.zart.server.contract;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Other prefixes than the default ones, and a shorter cap of a wait. */
public class PrefixProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "zart.api-prefix", PrefixContract.PREFIX, "zart.admin-prefix", "/durable/admin", "zart.wait-max", "3s");
    }
}
