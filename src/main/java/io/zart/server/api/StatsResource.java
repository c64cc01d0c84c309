package io.zart.server.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.Upkeep;
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
    private final Upkeep upkeep;

    public StatsResource(ExecutionService service, Upkeep upkeep) {
        this.service = service;
        this.upkeep = upkeep;
    }

    /** Executions by status, on the wire. */
    @RegisterForReflection
    public record Counts(long scheduled, long running, long completed, long failed, long cancelled) {}

    /** What is due and not in work, on the wire. */
    @RegisterForReflection
    public record Queues(long depth, double oldestReadyAgeSeconds, long unserved) {}

    @GET
    @Path("/queues")
    @Operation(
            summary = "What is due and not in work",
            description =
                    "depth: tasks, counted up to 10,000 for each task name; oldestReadyAgeSeconds: since when the oldest is due; unserved: tasks of names that nobody serves.")
    public Uni<Queues> queues() {
        return upkeep.queues().map(stats -> new Queues(stats.depth(), stats.oldestReadyAgeSeconds(), stats.unserved()));
    }

    @GET
    @Operation(summary = "Count executions by status", description = "Exact; costs the same for any number of them.")
    public Uni<Counts> stats() {
        return service.stats()
                .map(stats -> new Counts(
                        stats.scheduled(), stats.running(), stats.completed(), stats.failed(), stats.cancelled()));
    }
}
