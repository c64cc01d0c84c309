package io.zart.server.worker;

import io.zart.server.engine.Limits;
import io.zart.server.execution.JsonText;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import io.zart.server.http.JsonBody;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Reads what a run is to be parked for. */
final class WaitReading {

    private static final int MAX_WAITS = 100;

    /** What is recorded says which attempt it is really. */
    private static final int FIRST = 1;

    private WaitReading() {}

    static List<WorkerWait> all(Numbers fields, Limits limits, Clock clock) {
        JsonText array = fields.json("waits");
        List<JsonText> elements = array == null ? null : JsonBody.elements(array);
        if (elements == null || elements.isEmpty() || elements.size() > MAX_WAITS) {
            throw Fields.invalid("waits", "must have 1 to " + MAX_WAITS + " waits");
        }
        List<WorkerWait> waits = new ArrayList<>();
        for (JsonText element : elements) {
            Numbers wait = new Numbers(JsonBody.members(element));
            waits.add(one(wait.requiredString("kind"), wait, limits, clock));
        }
        if (waits.stream().map(WorkerWait::name).distinct().count() < waits.size()) {
            throw Fields.invalid("waits", "must not name a step twice");
        }
        return waits;
    }

    static WorkerWait one(String kind, Numbers fields, Limits limits, Clock clock) {
        return switch (kind) {
            case "sleep" -> {
                Place place = Place.of(fields, limits);
                long millis = fields.requiredMillis("durationMs");
                yield WorkerWait.of(new Settling.Wait(
                        Settling.SLEEP, place.name(), place.position(), place.group(), FIRST, millis, List.of()));
            }
            case "event", "wait-event" -> {
                Place place = Place.of(fields, limits);
                Long millis = fields.millisOfSeconds("timeoutSecs");
                yield WorkerWait.of(new Settling.Wait(
                        Settling.EVENT, place.name(), place.position(), place.group(), FIRST, millis, List.of()));
            }
            case "children", "wait-children" -> {
                Place place = Place.of(fields, limits);
                yield WorkerWait.of(new Settling.Wait(
                        ChildReading.kind(fields),
                        place.name(),
                        place.position(),
                        place.group(),
                        FIRST,
                        fields.millisOfSeconds("timeoutSecs"),
                        ChildReading.children(fields)));
            }
            case "paused" -> WorkerWait.retry(Checks.name("name", fields.string("name")), 0);
            case "retry" -> WorkerWait.retry(Checks.name("name", fields.string("name")), fields.untilRetry(clock));
            default -> throw Fields.invalid("kind", "must be sleep, event, children, retry or paused");
        };
    }
}
