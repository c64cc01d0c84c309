package io.zart.server.admin;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.OperatorService;
import io.zart.server.http.Checks;
import io.zart.server.http.HttpSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What happened in an execution: its runs, steps and attempts. */
@Path(HttpSettings.ADMIN + "/executions/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Operators")
public class HistoryResource {

    private final OperatorService service;
    private final HttpSettings settings;

    public HistoryResource(OperatorService service, HttpSettings settings) {
        this.service = service;
        this.settings = settings;
    }

    @GET
    @Path("/detail")
    @Operation(
            summary = "An execution with its runs, steps and attempts",
            description = "runId picks the run whose steps are shown; the current one by default.")
    public Uni<DetailView> detail(@PathParam("id") String id, @QueryParam("runId") String runId) {
        String run = runId == null || runId.isEmpty() ? null : runId;
        return service.history(Checks.name("id", id), run).map(DetailView::of);
    }

    @GET
    @Path("/runs")
    @Operation(summary = "The runs of an execution, ascending")
    public Uni<List<RunView>> runs(@PathParam("id") String id) {
        return service.runs(Checks.name("id", id))
                .map(runs -> runs.stream().map(RunView::of).toList());
    }

    @GET
    @Path("/audit")
    @Operation(summary = "What operators did to an execution, newest first", description = "Parameters: limit, cursor.")
    public Uni<Response> audit(
            @PathParam("id") String id, @QueryParam("limit") String limit, @QueryParam("cursor") String cursor) {
        String segment =
                URLEncoder.encode(Checks.name("id", id), StandardCharsets.UTF_8).replace("+", "%20");
        String path = settings.adminPrefix() + "/executions/" + segment + "/audit";
        return AuditPage.of(service, id, path, limit, cursor);
    }
}
