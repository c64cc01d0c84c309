package io.zart.server.admin;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.OperatorService;
import io.zart.server.execution.OperatorStore.Rerun;
import io.zart.server.execution.RunRecord;
import io.zart.server.http.Acts;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import io.zart.server.http.HttpSettings;
import io.zart.server.http.JsonBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What operators do to heal an execution. */
@Path(HttpSettings.ADMIN + "/executions/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Operators")
public class RepairResource {

    private static final int MOST_STEP_NAME = 10_000;

    private final OperatorService service;

    public RepairResource(OperatorService service) {
        this.service = service;
    }

    /** The task that goes on with the run. */
    @RegisterForReflection
    public record RetriedView(String newTaskId) {}

    /** The run that has begun. */
    @RegisterForReflection
    public record RestartedView(String newRunId) {}

    @POST
    @Path("/retry-step")
    @Operation(
            summary = "Retry a dead step of a failed run",
            description =
                    "Body: stepName, and optionally triggeredBy and reason. The run goes on after the step succeeds.")
    public Uni<RetriedView> retryStep(
            @PathParam("id") String id, byte[] body, @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        Checks.name("id", id);
        Fields fields = JsonBody.object(body, contentType, true);
        String stepName = fields.string("stepName");
        if (stepName == null || stepName.isEmpty()) {
            throw Fields.invalid("stepName", "is required");
        }
        return service.retryStep(id, Acts.text("stepName", stepName, MOST_STEP_NAME), Acts.of(fields))
                .map(RetriedView::new);
    }

    @POST
    @Path("/restart")
    @Operation(
            summary = "Begin a new run from the top",
            description =
                    "Optional body: payload (else the old one), triggeredBy, reason. An active run is cancelled first.")
    public Uni<RestartedView> restart(
            @PathParam("id") String id, byte[] body, @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        Checks.name("id", id);
        Fields fields = JsonBody.object(body, contentType, false);
        return service.restart(id, fields.json("payload"), Acts.of(fields))
                .map(next -> new RestartedView(RunRecord.id(next.id(), next.runIndex())));
    }

    @POST
    @Path("/rerun")
    @Operation(
            summary = "Begin a new run that carries completed steps over",
            description =
                    "Body: rerunSteps, preserveSteps, triggeredBy, reason. dryRun=true only tells what would be done.")
    public Uni<RerunView> rerun(
            @PathParam("id") String id,
            @QueryParam("dryRun") String dryRun,
            byte[] body,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        Checks.name("id", id);
        Fields fields = JsonBody.object(body, contentType, false);
        List<String> again = fields.strings("rerunSteps");
        List<String> kept = fields.strings("preserveSteps");
        Uni<Rerun> rerun = service.rerun(
                id,
                again == null ? List.of() : again,
                kept == null ? List.of() : kept,
                Flags.of("dryRun", dryRun),
                Acts.of(fields));
        return rerun.map(RerunView::of);
    }
}
