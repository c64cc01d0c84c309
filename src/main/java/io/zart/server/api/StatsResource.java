package io.zart.server.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.ExecutionService;
import io.zart.server.http.HttpSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Counts executions. */
@Path(HttpSettings.API + "/stats")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Executions")
public class StatsResource {

    private final ExecutionService service;

    public StatsResource(ExecutionService service) {
        this.service = service;
    }

    /** Executions by status, on the wire. */
    @RegisterForReflection
    public record Counts(long scheduled, long running, long completed, long failed, long cancelled) {}

    @GET
    @Operation(summary = "Count executions by status", description = "Exact; costs the same for any number of them.")
    public Uni<Counts> stats() {
        return service.stats()
                .map(stats -> new Counts(
                        stats.scheduled(), stats.running(), stats.completed(), stats.failed(), stats.cancelled()));
    }
}
