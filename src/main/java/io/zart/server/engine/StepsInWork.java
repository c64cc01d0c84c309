package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The attempts that are under way in one activation, for its heartbeats. Thread-safe. */
final class StepsInWork {

    private record Work(String kind, History.Place place, int attempt, long begunMillis) {}

    private final Map<String, Work> steps = new ConcurrentHashMap<>();

    void begin(History.Place place, String kind, int attempt, long nowMillis) {
        steps.put(place.name(), new Work(kind, place, attempt, nowMillis));
    }

    void end(History.Place place) {
        steps.remove(place.name());
    }

    /** Those under way as JSON, or null if there are none. */
    JsonText json(Codec codec, long nowMillis) {
        List<Map<String, Object>> items =
                steps.values().stream().map(work -> item(work, nowMillis)).toList();
        return items.isEmpty() ? null : codec.write(items);
    }

    private static Map<String, Object> item(Work work, long nowMillis) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("name", work.place().name());
        item.put("kind", work.kind());
        item.put("position", work.place().position());
        item.put("group", work.place().group());
        item.put("attempt", work.attempt());
        item.put("ms", nowMillis - work.begunMillis());
        return item;
    }
}
