package io.zart.server.config;

import io.quarkus.runtime.ImageMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Finds the embedded database, if this build has one. Its class is named by a resource that the native image leaves out,
 * so that nothing of it is reachable there.
 */
final class EmbeddedDatabases {

    private static final String RESOURCE = "META-INF/zart/embedded-database";

    private EmbeddedDatabases() {}

    static Optional<EmbeddedDatabase> find() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (ImageMode.current() == ImageMode.NATIVE_RUN) {
            return Optional.empty();
        }
        try (InputStream resource = loader.getResourceAsStream(RESOURCE)) {
            return resource == null ? Optional.empty() : Optional.of(load(loader, resource));
        } catch (ReflectiveOperationException | LinkageError | IOException e) {
            return Optional.empty();
        }
    }

    private static EmbeddedDatabase load(ClassLoader loader, InputStream resource)
            throws IOException, ReflectiveOperationException {
        String name = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8)).readLine();
        return (EmbeddedDatabase)
                loader.loadClass(name.trim()).getDeclaredConstructor().newInstance();
    }
}
