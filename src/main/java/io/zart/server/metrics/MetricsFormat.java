package io.zart.server.metrics;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Answers {@code /metrics} as Prometheus text unless a scraper asks for OpenMetrics by name. */
@Singleton
public class MetricsFormat {

    private static final String PATH = "/metrics";
    private static final int BEFORE_THE_ROUTE = 370;

    void register(@Observes Filters filters) {
        filters.register(MetricsFormat::choose, BEFORE_THE_ROUTE);
    }

    private static void choose(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (PATH.equals(request.path())) {
            String accept = request.getHeader(HttpHeaders.ACCEPT);
            if (accept == null || !accept.contains("openmetrics")) {
                request.headers().set(HttpHeaders.ACCEPT, "text/plain");
            }
        }
        context.next();
    }
}
