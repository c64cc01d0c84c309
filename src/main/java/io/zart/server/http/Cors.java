package io.zart.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Allows the configured origins and answers their preflights. */
final class Cors {

    private static final String REQUEST_HEADERS =
            "Authorization, X-API-Key, Content-Type, Idempotency-Key, Event-Id, Prefer, If-None-Match, Last-Event-ID";
    private static final String RESPONSE_HEADERS = "ETag, Link, Location, Preference-Applied, Retry-After";

    private final List<String> origins;

    Cors(List<String> origins) {
        this.origins = List.copyOf(origins);
    }

    void handle(RoutingContext context) {
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        boolean any = origins.contains("*");
        HttpServerResponse response = context.response();
        if (!any && !origins.isEmpty() && context.get(Cors.class.getName()) == null) {
            context.put(Cors.class.getName(), true);
            response.headers().add(HttpHeaders.VARY, "Origin");
        }
        if (origin == null || !(any || origins.contains(origin))) {
            context.next();
            return;
        }
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, any ? "*" : origin);
        boolean preflight = HttpMethod.OPTIONS.equals(context.request().method())
                && context.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
        if (preflight) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE")
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600")
                    .setStatusCode(204)
                    .end();
        } else {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
            context.next();
        }
    }
}
