package io.zart.server.admin;

import io.zart.server.execution.JsonText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** How values look on the wire. */
final class Views {

    private Views() {}

    static String json(JsonText json) {
        return json == null ? null : json.text();
    }

    static String time(Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
