package io.zart.server.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.JsonText;
import io.zart.server.http.Checks;
import io.zart.server.http.HttpSettings;
import io.zart.server.http.JsonBody;
import io.zart.server.metrics.ZartMetrics;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Delivers events to executions. */
@Path(HttpSettings.API + "/events")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Events")
public class EventsResource {

    private final ExecutionService service;
    private final ZartMetrics metrics;

    public EventsResource(ExecutionService service, ZartMetrics metrics) {
        this.service = service;
        this.metrics = metrics;
    }

    /** What became of an event, on the wire: delivered, buffered or duplicate. */
    @RegisterForReflection
    public record Delivery(
            @Schema(enumeration = {"delivered", "buffered", "duplicate"})
            String status) {}

    @POST
    @Path("/{id}/{eventName}")
    @Operation(
            summary = "Deliver an event",
            description = "Kept until a wait takes it; Idempotency-Key or Event-Id removes duplicates within a run.")
    @RequestBody(
            description = "Any JSON value; an empty body is null",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Object.class)))
    @APIResponse(
            responseCode = "202",
            description = "What became of it",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Delivery.class)))
    public Uni<Response> deliver(
            @PathParam("id") String id,
            @PathParam("eventName") String eventName,
            byte[] body,
            @HeaderParam("Idempotency-Key") String key,
            @HeaderParam("Event-Id") String eventId,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Parameter(hidden = true) String contentType) {
        Checks.name("id", id);
        Checks.name("eventName", eventName);
        String dedupKey = key != null
                ? Checks.name("Idempotency-Key", key)
                : eventId != null ? Checks.name("Event-Id", eventId) : null;
        JsonText payload = JsonBody.value(body, contentType);
        return service.deliver(id, eventName, payload, dedupKey)
                .invoke(delivery -> metrics.eventDelivered(delivery.name().toLowerCase(Locale.ROOT)))
                .map(delivery -> Response.accepted(new Delivery(delivery.name().toLowerCase(Locale.ROOT)))
                        .build());
    }
}
