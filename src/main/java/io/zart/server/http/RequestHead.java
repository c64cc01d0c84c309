package io.zart.server.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * Refuses what is too long before the body, with a problem. The HTTP codec has limits of its own, twice these, beyond which it
 * answers with the bare status, because it has no request to give to anybody.
 */
final class RequestHead {

    /** Ids and names of 255 characters that are percent-encoded, several of them in one query. */
    private static final int MOST_TARGET = 32 * 1024;

    /** All names and values together, in characters. */
    private static final int MOST_HEADERS = 20 * 1024;

    private RequestHead() {}

    static void handle(RoutingContext context) {
        if (context.request().uri().length() > MOST_TARGET) {
            HttpFilters.answer(context, 414);
        } else if (tooLong(context.request().headers())) {
            HttpFilters.answer(context, 431);
        } else {
            context.next();
        }
    }

    private static boolean tooLong(Iterable<Map.Entry<String, String>> headers) {
        int characters = 0;
        for (Map.Entry<String, String> header : headers) {
            characters += header.getKey().length() + header.getValue().length();
        }
        return characters > MOST_HEADERS;
    }
}
