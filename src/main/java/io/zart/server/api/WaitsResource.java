package io.zart.server.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Waits;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import io.zart.server.http.HttpSettings;
import io.zart.server.http.JsonBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Long-polls for the end of executions. */
@Path(HttpSettings.API + "/executions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Executions")
public class WaitsResource {

    private static final int MAX_IDS = 1000;
    private static final double DEFAULT_SECONDS = 30;

    private final Waits waits;
    private final HttpSettings settings;

    public WaitsResource(Waits waits, HttpSettings settings) {
        this.waits = waits;
        this.settings = settings;
    }

    /** The answer to a wait for many. */
    @RegisterForReflection
    public record Records(List<ExecutionView> executions) {}

    @GET
    @Path("/{id}/wait")
    @Operation(summary = "Wait until an execution ends", description = "504 when the time passes first.")
    @Parameter(
            name = "timeoutSecs",
            in = ParameterIn.QUERY,
            description = "Whole seconds from 0; more is cut to the cap. Also timeout_secs",
            schema = @Schema(implementation = Integer.class, minimum = "0", defaultValue = "30"))
    @APIResponse(
            responseCode = "200",
            description = "The finished execution",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ExecutionView.class)))
    public Uni<ExecutionView> await(@PathParam("id") String id, UriInfo uri) {
        Checks.name("id", id);
        // Not as parameters of the method: an empty value must not count as an absent one.
        MultivaluedMap<String, String> query = uri.getQueryParameters();
        return waits.await(id, timeout(query.getFirst("timeoutSecs"), query.getFirst("timeout_secs")))
                .map(ExecutionView::of);
    }

    private Duration timeout(String first, String second) {
        long cap = settings.waitMax().toSeconds();
        String text = first != null ? first : second;
        if (text == null) {
            return Duration.ofSeconds(Math.min(cap, (long) DEFAULT_SECONDS));
        }
        Long seconds = Checks.seconds(text, cap);
        if (seconds == null) {
            throw Checks.parameter(
                    first != null ? "timeoutSecs" : "timeout_secs", "must be a whole number of seconds from 0");
        }
        return Duration.ofSeconds(seconds);
    }

    @POST
    @Path("/wait")
    @Operation(summary = "Wait until one or all of several executions end", description = "504 names those pending.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RequestBodies.WaitMany.class)))
    @APIResponse(
            responseCode = "200",
            description = "All records in the order given",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Records.class)))
    public Uni<Records> awaitMany(
            byte[] body, @HeaderParam(HttpHeaders.CONTENT_TYPE) @Parameter(hidden = true) String contentType) {
        Fields fields = JsonBody.object(body, contentType, true);
        List<String> ids = fields.strings("ids");
        if (ids == null || ids.isEmpty() || ids.size() > MAX_IDS) {
            throw Fields.invalid("ids", "must have 1 to " + MAX_IDS + " ids");
        }
        ids.forEach(id -> Checks.name("ids", id));
        String mode = fields.string("mode");
        if (mode != null && !mode.equals("any") && !mode.equals("all")) {
            throw Fields.invalid("mode", "must be any or all");
        }
        Double given = fields.number("timeoutSecs");
        double seconds = given == null ? DEFAULT_SECONDS : given;
        if (seconds < 0 || seconds != Math.rint(seconds)) {
            throw Fields.invalid("timeoutSecs", "must be a whole number of seconds from 0");
        }
        long capped = (long) Math.min(seconds, (double) settings.waitMax().toSeconds());
        return waits.awaitMany(ids, !"any".equals(mode), Duration.ofSeconds(capped))
                .map(records ->
                        new Records(records.stream().map(ExecutionView::of).toList()));
    }
}
