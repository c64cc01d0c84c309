package io.zart.server.health;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The health routes at the root, whatever the prefixes. */
@Singleton
public class HealthRoutes {

    void register(@Observes Router router) {
        reroute(router, "/healthz", "/q/health/live");
        reroute(router, "/readyz", "/q/health/ready");
    }

    private static void reroute(Router router, String path, String target) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(request -> request.reroute(target));
    }
}
