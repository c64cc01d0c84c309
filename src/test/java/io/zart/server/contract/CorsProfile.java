package io.zart.server.contract;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Allows every origin. */
public class CorsProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("zart.cors-origins", "*");
    }
}
