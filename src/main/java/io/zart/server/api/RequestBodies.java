package io.zart.server.api;

import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The request bodies as the API description shows them; they are read member by member. */
interface RequestBodies {

    /** Of a start. */
    @Schema(name = "Start")
    record Start(
            @Schema(
                    description = "1–255 code points; without it Idempotency-Key, else a new UUIDv7",
                    examples = "order-42")
            String executionId,

            @Schema(required = true, examples = "order-fulfillment")
            String taskName,

            @Schema(description = "Any JSON value; comes back to the letter")
            Object payload,

            @Schema(
                    description = "What happens when the id exists",
                    enumeration = {"return", "reject", "restart", "replace"},
                    defaultValue = "return")
            String onConflict,

            @Schema(description = "Deadline of the whole run, from when it may start")
            Double timeoutSecs,

            @Schema(description = "From when the run may start, counted from now")
            Double delaySecs,

            @Schema(description = "From when the run may start; not together with delaySecs", format = "date-time")
            String startAt,

            @Schema(description = "Up to 20") Map<String, String> tags) {}

    /** Of a wait for many. */
    @Schema(name = "WaitMany")
    record WaitMany(
            @Schema(required = true, minItems = 1, maxItems = 1000)
            List<String> ids,

            @Schema(
                    enumeration = {"any", "all"},
                    defaultValue = "all")
            String mode,

            @Schema(description = "Whole seconds from 0; more is cut to the cap", defaultValue = "30")
            Integer timeoutSecs) {}

    /** Of an act that is audited. */
    @Schema(name = "By")
    record By(
            @Schema(description = "Who does it") String triggeredBy,
            @Schema(description = "Why") String reason) {}
}
