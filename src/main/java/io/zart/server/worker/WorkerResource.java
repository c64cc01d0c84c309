package io.zart.server.worker;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.zart.server.execution.JsonText;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import io.zart.server.http.HttpSettings;
import io.zart.server.http.JsonBody;
import io.zart.server.tracing.Traces;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The protocol of remote workers; described in worker-protocol.md. */
@Path(HttpSettings.API + "/worker")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "Workers", description = "Run task names in any language: claim tasks, record their steps, complete them.")
public class WorkerResource {

    private static final int MAX_COMMANDS = 1_000;

    private final RemoteWorkers workers;
    private final HttpSettings settings;
    private final Traces traces;

    WorkerResource(RemoteWorkers workers, HttpSettings settings, Traces traces) {
        this.workers = workers;
        this.settings = settings;
        this.traces = traces;
    }

    /** The answer to a claim, on the wire. */
    @RegisterForReflection
    @Schema(name = "WorkerTasks")
    record Tasks(List<TaskView> tasks) {}

    /** The answer to commands, on the wire. */
    @RegisterForReflection
    @Schema(name = "WorkerVerdicts")
    record Verdicts(List<VerdictView> verdicts, List<TaskView> tasks) {}

    /** The request of a claim, for the description of the API only. */
    @Schema(name = "WorkerClaim")
    record ClaimShape(
            @Schema(required = true) String workerId,
            @Schema(required = true) List<String> taskNames,

            @Schema(defaultValue = "1", description = "1 to 100")
            Integer maxTasks,

            @Schema(defaultValue = "30", description = "whole seconds, 0 for one look")
            Integer waitSecs,

            @Schema(description = "1 to 3600; ZART_LEASE by default")
            Double leaseSecs) {}

    /** The request of commands, for the description of the API only. */
    @Schema(name = "WorkerCommands")
    record CommandsShape(
            @Schema(required = true) String workerId,
            @Schema(required = true) List<CommandShape> commands,
            @Schema(description = "needed with claim") List<String> taskNames,
            Double leaseSecs) {}

    /** What all commands have, for the description of the API only. */
    @Schema(name = "WorkerCommand", description = "Further members depend on the type.")
    record CommandShape(
            @Schema(
                    required = true,
                    description =
                            "step-completed, step-failed, step-started, capture, sleep, wait-event, park, complete,"
                                    + " fail, extend, release, start-child or wait-children")
            String type,

            @Schema(required = true) String executionId,
            @Schema(required = true) String token) {}

    @POST
    @Path("/claim")
    @Operation(
            summary = "Wait for tasks",
            description = "Answers with at least one task as soon as there is one, or with none after waitSecs.")
    @RequestBody(content = @Content(schema = @Schema(implementation = ClaimShape.class)))
    public Uni<Tasks> claim(
            byte[] body,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            @Context RoutingContext connection) {
        Fields fields = JsonBody.object(body, contentType, true);
        ClaimRequest request = ClaimReading.request(
                fields, ClaimReading.most(fields), ClaimReading.wait(fields, settings.waitMax()), workers.lease());
        return workers.claim(request)
                .flatMap(tasks -> delivered(tasks, connection))
                .map(Tasks::new);
    }

    @POST
    @Path("/commands")
    @Operation(
            summary = "Record steps, park, complete; for any number of tasks",
            description =
                    "One verdict for each command, in order. With claim, also up to so many tasks that are due now.")
    @RequestBody(content = @Content(schema = @Schema(implementation = CommandsShape.class)))
    public Uni<Verdicts> commands(
            byte[] body,
            @Parameter(description = "0 to 100") @QueryParam("claim") String claim,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            @Context RoutingContext connection) {
        Fields fields = JsonBody.envelope(body, contentType);
        String workerId = ClaimReading.workerId(fields);
        int more = tasksWanted(claim);
        ClaimRequest next = more == 0 ? null : ClaimReading.request(fields, more, Duration.ZERO, workers.lease());
        return workers.apply(workerId, commands(fields))
                .flatMap(verdicts -> next == null
                        ? Uni.createFrom().item(new Verdicts(verdicts, List.of()))
                        : workers.claim(next)
                                .onFailure()
                                .recoverWithItem(List.of())
                                .flatMap(tasks -> delivered(tasks, connection))
                                .map(tasks -> new Verdicts(verdicts, tasks)));
    }

    private static int tasksWanted(String claim) {
        if (claim == null) {
            return 0;
        }
        Long wanted = Checks.seconds(claim, ClaimReading.MAX_TASKS + 1L);
        if (wanted == null || wanted > ClaimReading.MAX_TASKS) {
            throw Checks.parameter("claim", "must be a whole number from 0 to " + ClaimReading.MAX_TASKS);
        }
        return wanted.intValue();
    }

    private static List<JsonText> commands(Fields fields) {
        JsonText array = fields.json("commands");
        List<JsonText> commands = array == null ? null : JsonBody.elements(array);
        if (commands == null || commands.size() > MAX_COMMANDS) {
            throw Fields.invalid("commands", "must be an array of at most " + MAX_COMMANDS + " commands");
        }
        return commands;
    }

    /**
     * Tasks whose answer cannot be written, because the client has gone, go back at once. The connection may close before the
     * handler is there, which nobody calls then, so that it is looked at afterwards; a task that goes back twice is fenced the second
     * time. What lies in the socket of a client that has gone comes back when its lease ends.
     */
    private Uni<List<TaskView>> delivered(List<WorkerStore.Handed> tasks, RoutingContext connection) {
        if (!tasks.isEmpty()) {
            connection.addEndHandler(written -> {
                if (written.failed()) {
                    workers.giveBack(tasks);
                }
            });
            if (connection.response().closed()) {
                workers.giveBack(tasks);
            }
        }
        if (tasks.isEmpty() || traces.off()) {
            return Uni.createFrom().item(tasks.stream().map(workers::view).toList());
        }
        return Uni.join().all(tasks.stream().map(this::traced).toList()).andFailFast();
    }

    private Uni<TaskView> traced(WorkerStore.Handed task) {
        return traces.handedOut(task.task()).map(context -> workers.view(task).traced(context));
    }
}
