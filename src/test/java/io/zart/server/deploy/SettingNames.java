package io.zart.server.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.config.ZartConfig;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The environment variables that this service understands: its own, and those that Quarkus' extensions document. */
final class SettingNames {

    private static final String MODELS = "META-INF/quarkus-config-doc/quarkus-config-model.json";

    private SettingNames() {}

    /** All of them. */
    static Set<String> all() {
        Set<String> names = new HashSet<>();
        own("ZART", ZartConfig.class, names);
        try {
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

    private static void own(String prefix, Class<?> group, Set<String> names) {
        for (Method method : group.getMethods()) {
            String name =
                    prefix + "_" + method.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
            if (method.getReturnType().isInterface()
                    && method.getReturnType().getName().contains("ZartConfig")) {
                own(name, method.getReturnType(), names);
            } else {
                names.add(name);
            }
        }
    }
}
