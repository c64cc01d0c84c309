package io.zart.server.api;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.ListQuery;
import io.zart.server.http.HttpSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists executions. */
@Path(HttpSettings.API + "/executions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Executions")
public class ExecutionListResource {

    private static final String JSON = MediaType.APPLICATION_JSON;

    private final ExecutionService service;
    private final HttpSettings settings;

    public ExecutionListResource(ExecutionService service, HttpSettings settings) {
        this.service = service;
        this.settings = settings;
    }

    @GET
    @Operation(
            summary = "List executions",
            description = "An empty value is no filter. The next page is the Link with rel=next.")
    @Parameter(
            name = "status",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            implementation = String.class,
                            enumeration = {"scheduled", "running", "completed", "failed", "cancelled"}))
    @Parameter(
            name = "taskName",
            in = ParameterIn.QUERY,
            description = "Part of the task name, any case",
            schema = @Schema(implementation = String.class))
    @Parameter(
            name = "search",
            in = ParameterIn.QUERY,
            description = "Beginning of the execution id",
            schema = @Schema(implementation = String.class))
    @Parameter(
            name = "from",
            in = ParameterIn.QUERY,
            description = "On scheduledAt, inclusive",
            schema = @Schema(implementation = String.class, format = "date-time"))
    @Parameter(
            name = "to",
            in = ParameterIn.QUERY,
            description = "On scheduledAt, inclusive",
            schema = @Schema(implementation = String.class, format = "date-time"))
    @Parameter(
            name = "sortBy",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            implementation = String.class,
                            enumeration = {"scheduledAt", "status", "taskName"},
                            defaultValue = "scheduledAt"))
    @Parameter(
            name = "sortOrder",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            implementation = String.class,
                            enumeration = {"desc", "asc"},
                            defaultValue = "desc"))
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = Integer.class, minimum = "0", maximum = "1000", defaultValue = "20"))
    @Parameter(
            name = "offset",
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = Integer.class, minimum = "0", defaultValue = "0"))
    @Parameter(
            name = "cursor",
            in = ParameterIn.QUERY,
            description = "From a Link; not together with offset",
            schema = @Schema(implementation = String.class))
    @APIResponse(
            responseCode = "200",
            description = "A page",
            content = @Content(mediaType = JSON, schema = @Schema(implementation = ExecutionView[].class)))
    public Uni<Response> list(UriInfo uri) {
        ListParameters parameters = new ListParameters(uri.getQueryParameters());
        ListQuery query = parameters.query();
        return service.list(oneMore(query)).map(rows -> {
            boolean more = query.limit() > 0 && rows.size() > query.limit();
            List<Execution> page = rows.subList(0, Math.min(rows.size(), query.limit()));
            Response.ResponseBuilder response =
                    Response.ok(page.stream().map(ExecutionView::of).toList());
            if (more) {
                String cursor = Cursor.after(page.get(page.size() - 1), query.sort(), query.descending());
                response.header(
                        HttpHeaders.LINK,
                        "<" + settings.apiPrefix() + "/executions" + parameters.next(cursor) + ">; rel=\"next\"");
            }
            return response.build();
        });
    }

    private static ListQuery oneMore(ListQuery query) {
        return new ListQuery(
                query.status(),
                query.taskName(),
                query.idPrefix(),
                query.from(),
                query.to(),
                query.sort(),
                query.descending(),
                query.limit() == 0 ? 0 : query.limit() + 1,
                query.offset(),
                query.after());
    }
}
