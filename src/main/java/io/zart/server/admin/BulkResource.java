package io.zart.server.admin;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.zart.server.api.UuidV7;
import io.zart.server.bulk.BulkRequest;
import io.zart.server.bulk.BulkService;
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
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** One act on many executions. */
@Path(HttpSettings.ADMIN + "/bulk")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Operators")
public class BulkResource {

    private final BulkService service;
    private final UuidV7 ids;
    private final HttpSettings settings;

    public BulkResource(BulkService service, UuidV7 ids, HttpSettings settings) {
        this.service = service;
        this.ids = ids;
        this.settings = settings;
    }

    /** How many executions would be acted on. */
    @RegisterForReflection
    public record MatchingView(long matching) {}

    /** The execution that acts on them; its steps and its result tell how far it is. */
    @RegisterForReflection
    public record BulkView(String executionId) {}

    @POST
    @Path("/{operation: cancel|retry-step|restart|rerun}")
    @Operation(
            summary = "Cancel, retry, restart or rerun all executions that match",
            description =
                    "Filters: status, taskName, search, from, to; at least one. Beside them the fields of the operation"
                            + " and ratePerSecond. dryRun=true only counts. The answer names the execution that does it.")
    public Uni<Response> start(
            @PathParam("operation") String operation,
            @QueryParam("dryRun") String dryRun,
            byte[] body,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        Fields fields = JsonBody.object(body, contentType, true);
        BulkRequest request = BulkRequest.of(BulkRequest.Operation.ofWire(operation), fields);
        if (Flags.of("dryRun", dryRun) || dryRun(fields)) {
            return service.matching(request)
                    .map(count -> Response.ok(new MatchingView(count)).build());
        }
        return service.start(ids.next(), request.operation(), fields)
                .map(started -> Response.accepted(new BulkView(started.id()))
                        .header(HttpHeaders.LOCATION, settings.apiPrefix() + "/executions/" + started.id())
                        .build());
    }

    private static boolean dryRun(Fields fields) {
        if (fields.json("dryRun") == null) {
            return false;
        }
        return switch (fields.json("dryRun").text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Fields.invalid("dryRun", "must be true or false");
        };
    }
}
