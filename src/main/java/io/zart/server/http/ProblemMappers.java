package io.zart.server.http;

import io.vertx.ext.web.RoutingContext;
import io.zart.server.execution.DomainException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every failure of a route into a problem. */
public class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    private final AllowedMethods allowedMethods;

    public ProblemMappers(AllowedMethods allowedMethods) {
        this.allowedMethods = allowedMethods;
    }

    @ServerExceptionMapper
    public Response refused(DomainException refusal) {
        return response(Problem.of(refusal)).build();
    }

    @ServerExceptionMapper
    public Response framework(WebApplicationException failure, RoutingContext context) {
        int status = failure.getResponse().getStatus();
        if (status < 400) {
            return failure.getResponse();
        }
        if (status >= 500) {
            LOG.error("A request failed", failure);
        }
        Response.ResponseBuilder response = response(Problem.ofStatus(
                status, Prefixes.requested(context), context.request().method().name()));
        if (status == 405) {
            response.header(
                    HttpHeaders.ALLOW, allowedMethods.of(context.request().path()));
        }
        return response.build();
    }

    @ServerExceptionMapper
    public Response unexpected(Throwable failure) {
        LOG.error("A request failed", failure);
        return response(Problem.ofStatus(500, "", "")).build();
    }

    private static Response.ResponseBuilder response(Problem problem) {
        Response.ResponseBuilder response =
                Response.status(problem.code().status()).type(Problem.TYPE).entity(problem.json());
        return problem.retryAfter() == null ? response : response.header(HttpHeaders.RETRY_AFTER, problem.retryAfter());
    }
}
