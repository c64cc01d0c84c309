package io.zart.server.admin;

import io.smallrye.mutiny.Uni;
import io.zart.server.api.UuidV7;
import io.zart.server.execution.Act;
import io.zart.server.http.Acts;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import io.zart.server.http.HttpSettings;
import io.zart.server.http.JsonBody;
import io.zart.server.pause.PauseRule;
import io.zart.server.pause.PauseService;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Pause rules: hold work, and let it go on. */
@Path(HttpSettings.ADMIN + "/pause")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Operators")
public class PauseResource {

    private static final int MOST_PATTERN = 1_000;

    private final PauseService service;
    private final UuidV7 ids;

    public PauseResource(PauseService service, UuidV7 ids) {
        this.service = service;
        this.ids = ids;
    }

    @POST
    @Operation(
            summary = "Create a pause rule",
            description =
                    "All fields are optional: executionId, taskName, stepPattern, expiresAt, triggeredBy, reason.")
    public Uni<Response> create(byte[] body, @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        Fields fields = JsonBody.object(body, contentType, false);
        Act act = Acts.of(fields);
        PauseRule rule = new PauseRule(
                ids.next(),
                name(fields, "executionId"),
                name(fields, "taskName"),
                pattern(fields),
                null,
                expiry(fields),
                act.triggeredBy(),
                null,
                act.reason());
        return service.create(rule)
                .map(kept -> Response.status(Response.Status.CREATED)
                        .entity(PauseRuleView.of(kept))
                        .build());
    }

    private static String name(Fields fields, String name) {
        String value = fields.string(name);
        return value == null ? null : Checks.name(name, value);
    }

    private static String pattern(Fields fields) {
        String value = fields.string("stepPattern");
        if (value != null && value.isEmpty()) {
            throw Fields.invalid("stepPattern", "must not be empty");
        }
        return value == null ? null : Acts.text("stepPattern", value, MOST_PATTERN);
    }

    private static Instant expiry(Fields fields) {
        String text = fields.string("expiresAt");
        if (text == null) {
            return null;
        }
        Instant time = Checks.time(text);
        if (time == null) {
            throw Fields.invalid("expiresAt", "must be an RFC 3339 time");
        }
        return time;
    }

    @GET
    @Operation(
            summary = "List pause rules, newest first",
            description = "includeDeleted=true and includeExpired=true show those too.")
    public Uni<List<PauseRuleView>> list(
            @QueryParam("includeDeleted") String deleted, @QueryParam("includeExpired") String expired) {
        return service.list(Flags.of("includeDeleted", deleted), Flags.of("includeExpired", expired))
                .map(rules -> rules.stream().map(PauseRuleView::of).toList());
    }

    @POST
    @Path("/{ruleId}")
    @Operation(summary = "Delete a pause rule: what it held goes on")
    public Uni<Response> resume(
            @PathParam("ruleId") String ruleId,
            byte[] body,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        Act act = Acts.of(JsonBody.object(body, contentType, false));
        return service.resume(Checks.name("ruleId", ruleId), act)
                .map(done -> Response.noContent().build());
    }

    @DELETE
    @Path("/{ruleId}")
    @Operation(summary = "Delete a pause rule: what it held goes on")
    public Uni<Response> delete(
            @PathParam("ruleId") String ruleId,
            byte[] body,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        return resume(ruleId, body, contentType);
    }
}
