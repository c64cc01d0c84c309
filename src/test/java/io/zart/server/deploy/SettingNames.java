package io.zart.server.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** The environment variables that this service understands: its own, and those that Quarkus' extensions document. */
final class SettingNames {

    private static final String MODELS = "META-INF/quarkus-config-doc/quarkus-config-model.json";

    private SettingNames() {}

    /** All of them. */
    static Set<String> all() {
        Set<String> names = new HashSet<>();
        try {
            SettingsReference.entries().forEach(entry -> names.add(entry.variable()));
            ClassLoader loader = SettingNames.class.getClassLoader();
            for (URL model : Collections.list(loader.getResources(MODELS))) {
                for (JsonNode variable : new ObjectMapper().readTree(model).findValues("environmentVariable")) {
                    names.add(variable.asText());
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return names;
    }
}
