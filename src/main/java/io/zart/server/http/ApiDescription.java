package io.zart.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * The API description that was made of the routes' annotations when the program was built. The framework serves it with the
 * default prefixes; under other ones this serves it with those.
 */
@Singleton
public class ApiDescription {

    private static final String RESOURCE = "META-INF/quarkus-generated-openapi-doc.JSON";
    private static final Set<String> SERVED_AT = Set.of("/openapi", "/openapi.json");
    private static final int BEFORE_THE_ROUTE = 360;

    private final ObjectNode description;
    private final Prefixes prefixes;

    ApiDescription(HttpSettings settings) {
        description = read();
        prefixes = new Prefixes(settings.apiPrefix(), settings.adminPrefix());
    }

    /** The paths under the default prefixes, with their operations. */
    JsonNode paths() {
        return description.path("paths");
    }

    void register(@Observes Filters filters) {
        if (!prefixes.areDefault()) {
            filters.register(this::serve, BEFORE_THE_ROUTE);
        }
    }

    private void serve(RoutingContext context) {
        if (SERVED_AT.contains(context.request().path())) {
            context.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(underThePrefixes());
        } else {
            context.next();
        }
    }

    private String underThePrefixes() {
        ObjectNode moved = description.objectNode();
        paths().fields().forEachRemaining(path -> moved.set(prefixes.outer(path.getKey()), path.getValue()));
        ObjectNode copy = description.objectNode();
        copy.setAll(description);
        copy.set("paths", moved);
        return copy.toString();
    }

    private static ObjectNode read() {
        ObjectMapper mapper = new ObjectMapper();
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(RESOURCE)) {
            return in == null ? mapper.createObjectNode() : (ObjectNode) mapper.readTree(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
