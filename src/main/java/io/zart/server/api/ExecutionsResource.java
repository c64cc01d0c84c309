package io.zart.server.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Act;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.Started;
import io.zart.server.execution.Waits;
import io.zart.server.http.Acts;
import io.zart.server.http.Checks;
import io.zart.server.http.ETags;
import io.zart.server.http.HttpSettings;
import io.zart.server.http.JsonBody;
import io.zart.server.http.Prefer;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

/** Start, look at, list and cancel executions. */
@Path(HttpSettings.API + "/executions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Executions")
public class ExecutionsResource {

    private static final String JSON = MediaType.APPLICATION_JSON;

    private final ExecutionService service;
    private final Waits waits;
    private final HttpSettings settings;
    private final UuidV7 ids;

    public ExecutionsResource(ExecutionService service, Waits waits, HttpSettings settings, UuidV7 ids) {
        this.service = service;
        this.waits = waits;
        this.settings = settings;
        this.ids = ids;
    }

    @POST
    @Operation(
            summary = "Start an execution",
            description = "A retried start is safe: an id that exists is settled by onConflict.")
    @Parameter(
            name = "onConflict",
            in = ParameterIn.QUERY,
            description = "As in the body, which wins",
            schema =
                    @Schema(
                            implementation = String.class,
                            enumeration = {"return", "reject", "restart", "replace"}))
    @RequestBody(
            required = true,
            content = @Content(mediaType = JSON, schema = @Schema(implementation = RequestBodies.Start.class)))
    @APIResponse(
            responseCode = "201",
            description = "A new run; Location",
            content = @Content(mediaType = JSON, schema = @Schema(implementation = ExecutionView.class)))
    @APIResponse(
            responseCode = "200",
            description = "The existing record; nothing started",
            content = @Content(mediaType = JSON, schema = @Schema(implementation = ExecutionView.class)))
    @APIResponse(
            responseCode = "202",
            description = "It runs on after Prefer: wait=N",
            content = @Content(mediaType = JSON, schema = @Schema(implementation = ExecutionView.class)))
    public Uni<Response> start(
            byte[] body,
            UriInfo uri,
            @HeaderParam("Idempotency-Key") String key,
            @HeaderParam("Prefer") List<String> prefer,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Parameter(hidden = true) String contentType) {
        // Not as a parameter of the method: an empty policy must not count as an absent one.
        String onConflict = uri.getQueryParameters().getFirst("onConflict");
        NewExecution start = StartRequest.of(JsonBody.object(body, contentType, true), key, onConflict, ids::next);
        Long wait = Prefer.wait(String.join(",", prefer), settings.waitMax().toSeconds());
        Uni<Started> started = service.start(start);
        return wait == null
                ? started.map(known -> answer(known, known.execution(), known.created() ? 201 : 200)
                        .build())
                : finished(start.id(), started, wait);
    }

    private Uni<Response> finished(String id, Uni<Started> start, long wait) {
        return waits.awaitStarted(id, Duration.ofSeconds(wait), start)
                .onFailure(ExecutionsResource::notEnded)
                .recoverWithUni(() -> start.chain(() -> service.get(id)))
                .chain(now -> start.map(
                        started -> answer(started, now, !now.status().terminal() ? 202 : started.created() ? 201 : 200)
                                .header("Preference-Applied", "wait=" + wait)
                                .build()));
    }

    private static boolean notEnded(Throwable failure) {
        return failure instanceof DomainException refusal
                && (refusal.code() == ErrorCode.WAIT_TIMED_OUT || refusal.code() == ErrorCode.SHUTTING_DOWN);
    }

    private Response.ResponseBuilder answer(Started started, Execution execution, int status) {
        Response.ResponseBuilder response = Response.status(status).entity(ExecutionView.of(execution));
        return started.created() ? response.header(HttpHeaders.LOCATION, location(execution.id())) : response;
    }

    private URI location(String id) {
        String segment = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        return URI.create(settings.apiPrefix() + "/executions/" + segment);
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Get an execution", description = "With Accept: text/event-stream its changes as they come.")
    @APIResponse(
            responseCode = "200",
            description = "Its record, with ETag",
            content = {
                @Content(mediaType = JSON, schema = @Schema(implementation = ExecutionView.class)),
                @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(implementation = String.class))
            })
    @APIResponse(responseCode = "304", description = "Unchanged since If-None-Match")
    public Uni<Response> get(@PathParam("id") String id, @HeaderParam(HttpHeaders.IF_NONE_MATCH) String known) {
        return service.get(Checks.name("id", id)).map(execution -> {
            String tag = ETags.of(execution.version());
            return ETags.matches(known, tag)
                    ? Response.notModified().header(HttpHeaders.ETAG, tag).build()
                    : Response.ok(ExecutionView.of(execution))
                            .header(HttpHeaders.ETAG, tag)
                            .build();
        });
    }

    @GET
    @Path("/{id}")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @KnownExecution
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> stream(
            @PathParam("id") String id, @HeaderParam("Last-Event-ID") String lastEventId, Sse sse) {
        return new ExecutionStream(sse, lastEventId).events(waits.changes(id));
    }

    @POST
    @Path("/{id}/cancel")
    @Operation(
            summary = "Cancel an active execution",
            description = "No further step starts. The body may say who cancels and why: triggeredBy, reason.")
    @RequestBody(content = @Content(mediaType = JSON, schema = @Schema(implementation = RequestBodies.By.class)))
    @APIResponse(responseCode = "204", description = "It is cancelled")
    public Uni<Response> cancel(
            @PathParam("id") String id,
            byte[] body,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Parameter(hidden = true) String contentType) {
        Act act = Acts.of(JsonBody.object(body, contentType, false));
        return service.cancel(Checks.name("id", id), act)
                .map(done -> Response.noContent().build());
    }
}
