package io.zart.server.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Act;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.ListQuery;
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
import jakarta.ws.rs.QueryParam;
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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Start, look at, list and cancel executions. */
@Path(HttpSettings.API + "/executions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Executions")
public class ExecutionsResource {

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
            description = "201 for a new run, 200 for an existing record, 202 while it runs on after Prefer: wait.")
    public Uni<Response> start(
            byte[] body,
            @QueryParam("onConflict") String onConflict,
            @HeaderParam("Idempotency-Key") String key,
            @HeaderParam("Prefer") List<String> prefer,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        NewExecution start = StartRequest.of(JsonBody.object(body, contentType, true), key, onConflict, ids::next);
        Long wait = Prefer.wait(String.join(",", prefer), settings.waitMax().toSeconds());
        return service.start(start)
                .flatMap(started -> wait == null
                        ? Uni.createFrom()
                                .item(answer(started, started.execution(), started.created() ? 201 : 200)
                                        .build())
                        : finished(started, wait));
    }

    private Uni<Response> finished(Started started, long wait) {
        String id = started.execution().id();
        return waits.await(id, Duration.ofSeconds(wait))
                .onFailure(ExecutionsResource::notEnded)
                .recoverWithUni(() -> service.get(id))
                .map(now -> answer(started, now, !now.status().terminal() ? 202 : started.created() ? 201 : 200)
                        .header("Preference-Applied", "wait=" + wait)
                        .build());
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
    @Operation(
            summary = "List executions",
            description = "Parameters: status, taskName, search, from, to, sortBy, sortOrder, limit, offset, cursor.")
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

    @GET
    @Path("/{id}")
    @Operation(summary = "Get an execution", description = "With ETag and If-None-Match.")
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
            description = "The body may say who cancels and why: triggeredBy, reason.")
    public Uni<Response> cancel(
            @PathParam("id") String id, byte[] body, @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        Act act = Acts.of(JsonBody.object(body, contentType, false));
        return service.cancel(Checks.name("id", id), act)
                .map(done -> Response.noContent().build());
    }
}
