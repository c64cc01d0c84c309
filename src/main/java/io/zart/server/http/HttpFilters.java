package io.zart.server.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** What happens to a request before and after the routes: prefixes, origins, the body limit, errors without a route. */
@Singleton
public class HttpFilters {

    private static final Logger LOG = Logger.getLogger(HttpFilters.class);
    private static final int BEFORE_ALL_FILTERS = 1_000;
    private static final int AFTER_ALL_ROUTES = 1_000_000;

    /** Of the memory, one part in so many is for bodies that are still coming. */
    private static final int SHARE_OF_BODIES = 8;

    private final HttpSettings settings;
    private final AllowedMethods allowedMethods;

    public HttpFilters(HttpSettings settings, AllowedMethods allowedMethods) {
        this.settings = settings;
        this.allowedMethods = allowedMethods;
    }

    void filters(@Observes Filters filters) {
        filters.register(UnreadBody::handle, BEFORE_ALL_FILTERS);
        filters.register(RequestHead::handle, 415);
        filters.register(RequestTarget::handle, 410);
        filters.register(new Prefixes(settings.apiPrefix(), settings.adminPrefix())::handle, 400);
        filters.register(new Cors(settings.corsOrigins())::handle, 390);
        filters.register(MediaHeaders::handle, 385);
        filters.register(
                new BodyReader(settings.maxBodySize(), Runtime.getRuntime().maxMemory() / SHARE_OF_BODIES)::handle,
                380);
        filters.register(this::rootPaths, 375);
    }

    void routes(@Observes Router router) {
        router.route()
                .order(AFTER_ALL_ROUTES)
                .handler(context -> answer(context, 404))
                .failureHandler(HttpFilters::failed);
        for (int status : new int[] {400, 404, 405, 406, 408, 413, 414, 415, 431, 500, 503}) {
            router.errorHandler(status, HttpFilters::failed);
        }
    }

    /** The routes at the root are the framework's, which takes any method for some and knows no path for others. */
    private void rootPaths(RoutingContext context) {
        String path = context.request().path();
        HttpMethod method = context.request().method();
        boolean read = HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method);
        if (read || HttpMethod.OPTIONS.equals(method) || !AllowedMethods.atTheRoot(path)) {
            context.next();
        } else {
            context.response().putHeader(HttpHeaders.ALLOW, allowedMethods.of(path));
            answer(context, 405);
        }
    }

    private static void failed(RoutingContext context) {
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        if (status >= 500) {
            LOG.error("A request failed", context.failure());
        }
        answer(context, status);
    }

    /** Ends the response with the problem of a bare status. */
    public static void answer(RoutingContext context, int status) {
        answer(
                context,
                Problem.ofStatus(
                        status,
                        Prefixes.requested(context),
                        context.request().method().name()));
    }

    /** Ends the response with a problem, unless it has begun. */
    public static void answer(RoutingContext context, Problem problem) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        if (problem.code().status() == 413) {
            response.putHeader(HttpHeaders.CONNECTION, "close");
        }
        if (problem.retryAfter() != null) {
            response.putHeader("Retry-After", problem.retryAfter());
        }
        response.setStatusCode(problem.code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.TYPE)
                .end(problem.json());
    }
}
