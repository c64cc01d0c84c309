package io.zart.server.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import io.zart.server.http.HttpSettings;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Tells browsers to take an answer for nothing but what it says it is, and to keep no copy of the API's answers. */
@Singleton
public class SecurityHeaders {

    /** Before everything, so that refusals carry them too. */
    private static final int PRIORITY = 420;

    private final HttpSettings settings;

    SecurityHeaders(HttpSettings settings) {
        this.settings = settings;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext context) {
        MultiMap headers = context.response().headers();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        if (context.request().isSSL()) {
            headers.set("Strict-Transport-Security", "max-age=31536000");
        }
        String path = context.request().path();
        if (path != null
                && (path.startsWith(settings.apiPrefix())
                        || path.startsWith(settings.adminPrefix())
                        || path.startsWith(HttpSettings.API)
                        || path.startsWith(HttpSettings.ADMIN))) {
            headers.set("Cache-Control", "no-store");
            headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        }
        context.next();
    }
}
