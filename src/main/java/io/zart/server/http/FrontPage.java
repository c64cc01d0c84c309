package io.zart.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Leads whoever opens the bare address in a browser to the description of the API; it is open, whatever the security. */
@Singleton
public class FrontPage {

    private static final int BEFORE_THE_OTHERS = -1;

    void register(@Observes Router router) {
        router.route("/")
                .order(BEFORE_THE_OTHERS)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(context -> context.response()
                        .setStatusCode(302)
                        .putHeader(HttpHeaders.LOCATION, "/swagger-ui/")
                        .end());
    }
}
