package io.zart.server.api;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.ExecutionService;
import io.zart.server.http.Checks;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Looks for the execution before a stream begins: once it has begun it cannot be answered with a problem any more. */
public class KnownExecutionFilter {

    private final ExecutionService service;

    public KnownExecutionFilter(ExecutionService service) {
        this.service = service;
    }

    /** Fails with the refusal of a malformed or an unknown id. */
    @KnownExecution
    @ServerRequestFilter
    public Uni<Void> look(UriInfo uri) {
        return service.get(Checks.name("id", uri.getPathParameters().getFirst("id")))
                .replaceWithVoid();
    }
}
