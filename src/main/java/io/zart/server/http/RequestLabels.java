package io.zart.server.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.util.Set;

/** Keeps clients from choosing the labels of the request metrics: a path that is no route and a strange method are "other". */
@Singleton
public class RequestLabels implements MeterFilter {

    private static final String METER = "http.server.requests";
    private static final String OTHER = "other";
    private static final Set<String> PLACES = Set.of("NOT_FOUND", "REDIRECTION", "root", "UNKNOWN");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final AllowedMethods routes;

    RequestLabels(AllowedMethods routes) {
        this.routes = routes;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().equals(METER)) {
            return id;
        }
        String uri = id.getTag("uri");
        String method = id.getTag("method");
        Meter.Id mapped = uri == null || known(uri) ? id : id.withTag(Tag.of("uri", OTHER));
        return method == null || METHODS.contains(method) ? mapped : mapped.withTag(Tag.of("method", OTHER));
    }

    private boolean known(String uri) {
        return PLACES.contains(uri) || routes.isTemplate(uri);
    }
}
