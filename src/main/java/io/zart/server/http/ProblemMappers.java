package io.zart.server.http;

import io.zart.server.execution.DomainException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/** Turns every failure of a route into a problem. */
public class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    public Response refused(DomainException refusal) {
        return response(Problem.of(refusal)).build();
    }

    @ServerExceptionMapper
    public Response framework(
            WebApplicationException failure, UriInfo uri, ResteasyReactiveContainerRequestContext request) {
        int status = failure.getResponse().getStatus();
        if (status < 400) {
            return failure.getResponse();
        }
        if (status >= 500) {
            LOG.error("A request failed", failure);
        }
        Response.ResponseBuilder response = response(Problem.ofStatus(status, uri.getPath(), request.getMethod()));
        if (status == 405) {
            Set<String> allowed = new TreeSet<>(failure.getResponse().getAllowedMethods());
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            response.header(HttpHeaders.ALLOW, String.join(", ", allowed));
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
