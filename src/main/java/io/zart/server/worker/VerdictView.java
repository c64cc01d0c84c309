package io.zart.server.worker;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What became of a command, on the wire; members that do not apply are absent.
 *
 * @param parked of a sleep, an event wait or a park: whether the lease was given up
 * @param steps of those: the waits that are over
 * @param pausedSteps globs of the steps that must not start from now on, of commands that leave the lease
 * @param step the outcome that was recorded before, or of the start of a child
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "WorkerVerdict")
record VerdictView(
        @Schema(description = "ok, already-recorded, lease-lost, cancelled, invalid or unavailable")
        String verdict,

        String reason,
        Boolean parked,
        List<StepView> steps,
        StepView step,

        @Schema(format = "date-time") String expiresAt,
        Long expiresInMs,
        List<String> pausedSteps) {

    static final VerdictView OK = new VerdictView("ok", null, null, null, null, null, null, null);

    private static VerdictView because(String verdict, String reason) {
        return new VerdictView(verdict, reason, null, null, null, null, null, null);
    }

    static VerdictView invalid(String reason) {
        return because("invalid", reason);
    }

    static VerdictView unavailable(String reason) {
        return because("unavailable", reason);
    }

    static VerdictView lost(String reason) {
        return because("lease-lost", reason);
    }

    static VerdictView cancelled(String reason) {
        return because("cancelled", reason);
    }

    static VerdictView alreadyRecorded(StepView step) {
        return new VerdictView("already-recorded", null, null, null, step, null, null, null);
    }

    static VerdictView parkedAt() {
        return new VerdictView("ok", null, true, List.of(), null, null, null, null);
    }

    static VerdictView goesOn(List<StepView> settled) {
        return new VerdictView("ok", null, false, settled, null, null, null, null);
    }

    /** The step has this outcome; {@code parked} does not apply. */
    static VerdictView settled(StepView step) {
        return new VerdictView("ok", null, null, null, step, null, null, null);
    }

    static VerdictView extended(String expiresAt, long expiresInMs) {
        return new VerdictView("ok", null, null, null, null, expiresAt, expiresInMs, null);
    }

    /** The same with the globs of the steps that must not start now. */
    VerdictView pausing(List<String> globs) {
        return new VerdictView(verdict, reason, parked, steps, step, expiresAt, expiresInMs, globs);
    }

    /** Whether the body goes on with the lease. */
    @JsonIgnore
    boolean leavesLease() {
        return (verdict.equals("ok") || verdict.equals("already-recorded")) && !Boolean.TRUE.equals(parked);
    }

    /** The verdict of a command behind one with this verdict, which was not applied. */
    VerdictView behind() {
        return switch (verdict) {
            case "invalid" -> invalid("skipped: an earlier command of this task is invalid");
            case "lease-lost", "cancelled", "unavailable" -> this;
            default -> lost("an earlier command of this request gave the lease up");
        };
    }

    boolean is(String expected) {
        return verdict.equals(expected);
    }
}
