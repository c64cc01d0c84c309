package io.zart.server.worker;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.zart.server.http.HttpSettings;
import io.zart.server.worker.WorkerStore.Seen;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Which workers there are. */
@Path(HttpSettings.ADMIN + "/workers")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Workers")
public class WorkersResource {

    private final RemoteWorkers workers;

    WorkersResource(RemoteWorkers workers) {
        this.workers = workers;
    }

    /** A worker on the wire. */
    @RegisterForReflection
    @Schema(name = "Worker")
    record WorkerView(
            String workerId,
            List<String> taskNames,
            @Schema(format = "date-time") String lastSeenAt,
            @Schema(description = "Tasks that it holds now") long tasksHeld,

            @Schema(description = "Claims that wait, as of a few seconds ago")
            int parkedClaims) {

        static WorkerView of(Seen worker) {
            return new WorkerView(
                    worker.id(), worker.taskNames(), TaskView.time(worker.seenAt()), worker.held(), worker.parked());
        }
    }

    @GET
    @Operation(
            summary = "List the workers",
            description = "Those heard of in the last ten minutes, by any instance, ordered by id.")
    public Uni<List<WorkerView>> list() {
        return workers.seen().map(all -> all.stream().map(WorkerView::of).toList());
    }
}
