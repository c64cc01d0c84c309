package io.zart.server.security;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.zart.server.config.ApiKey;
import io.zart.server.config.Role;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Security is on, with a key for each role and one for each that has expired, and with an issuer of tokens. */
public class SecuredProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        StringJoiner keys = new StringJoiner(";");
        for (Role role : Role.values()) {
            keys.add(role.wire() + " " + role.wire() + " " + ApiKey.hash(key(role)));
            keys.add(role.wire() + "-old " + role.wire() + " " + ApiKey.hash(expiredKey(role))
                    + " 2020-01-01T00:00:00Z");
        }
        return Map.of(
                "zart.security.enabled", "true",
                "zart.security.api-keys", keys.toString(),
                "zart.cors-origins", "https://app.example");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(IssuerResource.class));
    }

    static String key(Role role) {
        return "key-of-the-" + role.wire() + "-4f9c2a";
    }

    static String expiredKey(Role role) {
        return "old-" + key(role);
    }
}
