package io.zart.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads the whole body of a request to the API on the event loop, up to the limit, and leaves it for {@link BodyFilter}. The limit
 * holds for announced and for chunked bodies alike; a larger one is refused, and what still comes of it is thrown away.
 */
final class BodyReader {

    private static final String KEY = BodyReader.class.getName();
    private static final String CONTINUE = "100-continue";

    /** How long a client whose body was refused may go on sending, so that it gets to read the answer. */
    private static final long DISCARD_MILLIS = 2_000;

    private final long limit;

    BodyReader(long limit) {
        this.limit = limit;
    }

    /** What was read of the request, or null if nothing was. */
    static byte[] body(RoutingContext context) {
        return context.get(KEY);
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (body(context) != null || !mayHaveBody(request)) {
            context.next();
        } else if (announced(request) > limit) {
            refuse(context);
        } else if (request.isEnded()) {
            context.put(KEY, new byte[0]);
            context.next();
        } else {
            read(context);
        }
    }

    private static boolean mayHaveBody(HttpServerRequest request) {
        String path = request.path();
        return !HttpMethod.GET.equals(request.method())
                && !HttpMethod.HEAD.equals(request.method())
                && (path.startsWith(HttpSettings.API + "/") || path.startsWith(HttpSettings.ADMIN + "/"));
    }

    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    private void read(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (CONTINUE.equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            context.response().writeContinue();
        }
        Buffer body = Buffer.buffer((int) announced(request));
        request.handler(part -> {
            if (body.length() + part.length() > limit) {
                refuse(context);
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> {
            context.put(KEY, body.getBytes());
            context.next();
        });
        request.resume();
    }

    private static void refuse(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpFilters.answer(context, 413);
        if (request.isEnded()) {
            return;
        }
        long timer = context.vertx()
                .setTimer(DISCARD_MILLIS, late -> request.connection().close());
        request.handler(part -> {});
        request.exceptionHandler(gone -> context.vertx().cancelTimer(timer));
        request.endHandler(end -> {
            context.vertx().cancelTimer(timer);
            request.connection().close();
        });
        request.resume();
    }
}
