package io.zart.server.admin;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.OperatorService;
import io.zart.server.http.HttpSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who did what, and why. */
@Path(HttpSettings.ADMIN + "/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Operators")
public class AuditResource {

    private final OperatorService service;
    private final HttpSettings settings;

    public AuditResource(OperatorService service, HttpSettings settings) {
        this.service = service;
        this.settings = settings;
    }

    @GET
    @Operation(summary = "What operators did, newest first", description = "Parameters: limit, cursor.")
    public Uni<Response> all(@QueryParam("limit") String limit, @QueryParam("cursor") String cursor) {
        return AuditPage.of(service, null, settings.adminPrefix() + "/audit", limit, cursor);
    }
}
