package io.zart.server.security;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.zart.server.config.ZartConfig;
import io.zart.server.http.HttpFilters;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Serves health checks and metrics on a port of their own, and nowhere else, when the settings say so. */
@Singleton
public class ManagementPort {

    private static final Logger LOG = Logger.getLogger(ManagementPort.class);
    private static final int PRIORITY = 405;
    private static final long PATIENCE_SECONDS = 10;

    private final Vertx vertx;
    private final OptionalInt port;
    private final String host;
    private final AtomicReference<HttpServer> server = new AtomicReference<>();

    ManagementPort(Vertx vertx, ZartConfig zart, Config config) {
        this.vertx = vertx;
        // A run that only migrates serves nothing, and may be on the machine of one that serves.
        boolean serves = config.getOptionalValue("quarkus.http.host-enabled", Boolean.class)
                .orElse(true);
        this.port = serves ? zart.managementPort() : OptionalInt.empty();
        this.host = config.getOptionalValue("quarkus.http.host", String.class).orElse("0.0.0.0");
    }

    void register(@Observes Filters filters) {
        if (port.isPresent()) {
            filters.register(this::keepApart, PRIORITY);
        }
    }

    void open(@Observes Router router) throws Exception {
        if (port.isPresent()) {
            HttpServerOptions options = new HttpServerOptions().setHost(host).setPort(port.getAsInt());
            HttpServer opened = vertx.createHttpServer(options)
                    .requestHandler(request ->
                            VertxContext.createNewDuplicatedContext().runOnContext(turn -> router.handle(request)))
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            server.set(opened);
            LOG.infof("Health checks and metrics are on port %d", opened.actualPort());
        }
    }

    void close(@Observes ShutdownEvent event) {
        HttpServer opened = server.getAndSet(null);
        if (opened != null) {
            opened.close();
        }
    }

    private void keepApart(RoutingContext context) {
        boolean here = context.request().localAddress().port() == port.getAsInt();
        if (here == OpenPaths.isOperation(context.normalizedPath())) {
            context.next();
        } else {
            HttpFilters.answer(context, 404);
        }
    }
}
