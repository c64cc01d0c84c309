package io.zart.server.notify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What one notification carries: the sending instance, then items, one a line. Items never hold control characters. */
final class Payload {

    /** PostgreSQL takes payloads below 8000 bytes. */
    static final int MOST_BYTES = 7900;

    private Payload() {}

    /** The items in as few payloads as they fit in. */
    static List<String> of(String instance, List<String> items) {
        List<String> payloads = new ArrayList<>();
        StringBuilder text = new StringBuilder(instance);
        int bytes = instance.length();
        boolean empty = true;
        for (String item : items) {
            int size = 1 + item.getBytes(StandardCharsets.UTF_8).length;
            if (!empty && bytes + size > MOST_BYTES) {
                payloads.add(text.toString());
                text = new StringBuilder(instance);
                bytes = instance.length();
            }
            text.append('\n').append(item);
            bytes += size;
            empty = false;
        }
        if (!empty) {
            payloads.add(text.toString());
        }
        return payloads;
    }

    /** Whether that instance sent the payload. */
    static boolean isFrom(String instance, String payload) {
        return payload.startsWith(instance)
                && (payload.length() == instance.length() || payload.charAt(instance.length()) == '\n');
    }

    /** The items of a payload. */
    static List<String> items(String payload) {
        int first = payload.indexOf('\n');
        return first < 0 ? List.of() : List.of(payload.substring(first + 1).split("\n"));
    }
}
