package io.zart.server.worker;

import io.zart.server.engine.Codec;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Lease;
import io.zart.server.engine.LimitExceeded;
import io.zart.server.engine.Limits;
import io.zart.server.engine.NewChild;
import io.zart.server.engine.StepOutcome;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import io.zart.server.http.JsonBody;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Reads commands. What is wrong with one is kept in it and harms no other. */
final class CommandReader {

    private static final String STEP = "step";

    private final Codec codec;
    private final Limits limits;
    private final Duration defaultLease;
    private final Clock clock;

    /**
     * A reader.
     *
     * @param codec knows how large a result may be
     * @param limits what one run may hold
     * @param defaultLease length of an extension that names none
     * @param clock for the times of retries
     */
    CommandReader(Codec codec, Limits limits, Duration defaultLease, Clock clock) {
        this.codec = codec;
        this.limits = limits;
        this.defaultLease = defaultLease;
        this.clock = clock;
    }

    /** A command from its text. */
    Command read(JsonText text) {
        Lease lease = null;
        try {
            Numbers fields = new Numbers(JsonBody.members(text));
            String type = fields.requiredString("type");
            String id = Checks.name("executionId", fields.string("executionId"));
            lease = LeaseToken.parse(id, fields.requiredString("token"));
            if (lease == null) {
                throw Fields.invalid("token", "is not one of a claimed task");
            }
            return command(type, lease, fields);
        } catch (DomainException | LimitExceeded defect) {
            return Command.invalid(lease, defect.getMessage());
        }
    }

    private Command command(String type, Lease lease, Numbers fields) {
        return switch (type) {
            case "step-completed" -> completed(lease, fields);
            case "step-failed" -> failed(lease, fields);
            case "step-started" -> {
                Place place = Place.of(fields, limits);
                int attempt = Place.attempt(fields);
                yield Command.going(lease, writes -> writes.started(lease, place, attempt));
            }
            case "capture" -> {
                Place place = Place.of(fields, limits);
                JsonText value = codec.write(fields.json("value"));
                StepOutcome row = outcome(lease, place, "capture", 1, 0, 0, value, null);
                yield Command.going(lease, writes -> writes.record(row));
            }
            case "sleep", "wait-event", "wait-children" ->
                parking(lease, List.of(WaitReading.one(type, fields, limits, clock)), fields);
            case "park" -> parking(lease, WaitReading.all(fields, limits, clock), fields);
            case "complete" -> {
                JsonText result = codec.write(fields.json("result"));
                yield Command.ending(lease, writes -> writes.finish(lease, ExecutionStatus.COMPLETED, result, null));
            }
            case "fail" -> {
                ErrorReader error = ErrorReader.of(fields);
                JsonText kept = codec.error(error.message(), error.type(), error.step());
                yield Command.ending(lease, writes -> writes.finish(lease, ExecutionStatus.FAILED, null, kept));
            }
            case "extend" -> {
                Duration length = ClaimReading.lease(fields, defaultLease);
                yield Command.going(lease, writes -> writes.extend(lease, length));
            }
            case "release" -> {
                boolean paused = fields.flag("paused");
                yield Command.ending(lease, writes -> paused ? writes.releasePaused(lease) : writes.release(lease));
            }
            case "start-child" -> {
                Place place = Place.of(fields, limits);
                NewChild child = ChildReading.child(lease, place.name(), fields);
                int attempt = Place.attempt(fields);
                yield Command.going(lease, writes -> writes.startChild(lease, place, attempt, child));
            }
            default -> throw Fields.invalid("type", "is not a command");
        };
    }

    private Command completed(Lease lease, Numbers fields) {
        Place place = Place.of(fields, limits);
        String kind = fields.string("kind");
        if (kind != null && !kind.equals(STEP) && !kind.equals(Settling.SLEEP)) {
            throw Fields.invalid("kind", "must be step or sleep");
        }
        int attempt = Place.attempt(fields);
        int failures = fields.whole("failures", attempt - 1, 0, Numbers.MOST_ATTEMPTS);
        StepOutcome row = outcome(
                lease,
                place,
                kind == null ? STEP : kind,
                attempt,
                failures,
                fields.micros("elapsedMs"),
                codec.write(fields.json("result")),
                null);
        return Command.going(lease, writes -> writes.record(row));
    }

    private Command failed(Lease lease, Numbers fields) {
        Place place = Place.of(fields, limits);
        ErrorReader error = ErrorReader.of(fields);
        JsonText kept = codec.error(error.message(), error.type(), place.name());
        int attempt = Place.attempt(fields);
        int failures = fields.whole("failures", attempt, 1, Numbers.MOST_ATTEMPTS);
        long micros = fields.micros("elapsedMs");
        Long retryMillis = retryMillis(fields);
        if (retryMillis == null) {
            StepOutcome row = outcome(lease, place, STEP, attempt, failures, micros, null, kept);
            return Command.going(lease, writes -> writes.record(row));
        }
        FailedAttempt row = new FailedAttempt(
                lease,
                place.name(),
                STEP,
                place.position(),
                place.group(),
                attempt,
                failures,
                micros,
                retryMillis,
                kept);
        return Command.going(lease, writes -> writes.recordFailure(row));
    }

    /** Until the next attempt; null for never. */
    private Long retryMillis(Numbers fields) {
        JsonText retry = fields.json("retry");
        if (retry == null) {
            return null;
        }
        if (retry.text().startsWith("{")) {
            return new Numbers(JsonBody.members(retry)).untilRetry(clock);
        }
        String word = fields.string("retry");
        if (!word.equals("now") && !word.equals("never")) {
            throw Fields.invalid("retry", "must be \"now\", \"never\", {\"afterMs\": milliseconds} or {\"at\": time}");
        }
        return word.equals("now") ? 0L : null;
    }

    private static StepOutcome outcome(
            Lease lease,
            Place place,
            String kind,
            int attempt,
            int failures,
            long micros,
            JsonText result,
            JsonText error) {
        return new StepOutcome(
                lease,
                place.name(),
                kind,
                place.position(),
                place.group(),
                error != null,
                attempt,
                failures,
                micros,
                result,
                error,
                null);
    }

    private static Command parking(Lease lease, List<WorkerWait> waits, Numbers fields) {
        Long within = fields.millis("wakeWithinMs");
        return Command.going(lease, writes -> writes.park(lease, waits, within));
    }
}
