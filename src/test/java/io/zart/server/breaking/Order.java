package io.zart.server.breaking;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** One execution as the client knows it: only what was acknowledged. */
final class Order {

    /** What its end must be. */
    enum End {
        COMPLETED,
        FAILED,
        CANCELLED,
        /** A request that may end it differently got no clear answer. */
        ANY
    }

    final String id;
    final String task;
    final String payload;
    volatile boolean started;
    volatile End end;
    /** The result as JSON, null if it is not checked. */
    volatile String result;

    volatile int leastRuns = 1;
    /** Recorded steps as they were seen once, by their id. */
    final Map<String, JsonNode> seen = new ConcurrentHashMap<>();

    final List<String> log = new CopyOnWriteArrayList<>();

    Order(String id, String task, String payload, End end, String result) {
        this.id = id;
        this.task = task;
        this.payload = payload;
        this.end = end;
        this.result = result;
    }

    @Override
    public String toString() {
        return task + " '" + id + "' " + log;
    }
}
