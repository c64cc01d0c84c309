package io.zart.server.api;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.ChildStore;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionService;
import io.zart.server.http.Checks;
import io.zart.server.http.HttpSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The executions that an execution has started. */
@Path(HttpSettings.API + "/executions/{id}/children")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Executions")
public class ChildrenResource {

    private static final int PAGE = 100;

    private final ExecutionService service;
    private final ChildStore children;
    private final HttpSettings settings;

    public ChildrenResource(ExecutionService service, ChildStore children, HttpSettings settings) {
        this.service = service;
        this.children = children;
        this.settings = settings;
    }

    @GET
    @Operation(
            summary = "List the children of an execution",
            description = "Of all its runs, by id, 100 at a time; the next page is the Link with rel=next.")
    public Uni<Response> list(@PathParam("id") String id, @QueryParam("after") String after) {
        String from = after == null || after.isEmpty() ? null : Checks.name("after", after);
        return service.get(Checks.name("id", id))
                .flatMap(parent -> children.children(id, from, PAGE + 1))
                .map(rows -> answer(id, rows));
    }

    private Response answer(String id, List<Execution> rows) {
        List<Execution> page = rows.subList(0, Math.min(rows.size(), PAGE));
        Response.ResponseBuilder response =
                Response.ok(page.stream().map(ExecutionView::of).toList());
        if (rows.size() > PAGE) {
            String next = settings.apiPrefix() + "/executions/" + encode(id) + "/children?after="
                    + encode(page.get(PAGE - 1).id());
            response.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
        }
        return response.build();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
