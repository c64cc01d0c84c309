package io.zart.server.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Gives the resources the body that was read before the routes. */
public class BodyFilter {

    /** Runs before a resource is chosen, on the event loop. */
    @ServerRequestFilter(preMatching = true)
    public void body(ContainerRequestContext request, RoutingContext context) {
        byte[] body = BodyReader.body(context);
        if (body != null) {
            request.setEntityStream(new ByteArrayInputStream(body));
        }
    }
}
