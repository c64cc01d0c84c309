package io.zart.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * A request that is answered before its body was read, because whoever answered did not have to know it. What still comes of the
 * body is thrown away for a while, so that the client gets to read the answer and may go on with the connection; one that goes on
 * sending, or never sends what it announced, loses it. Without this the connection would stay open, and unread, for ever.
 */
final class UnreadBody {

    private static final long DISCARD_MILLIS = 2_000;

    private UnreadBody() {}

    /** Comes before whatever may answer. */
    static void handle(RoutingContext context) {
        if (announcesABody(context.request())) {
            context.addEndHandler(answered -> {
                // Asking the request itself is not enough: it may be answered amid the delivery of its last part.
                if (answered.succeeded() && BodyReader.body(context) == null) {
                    discard(context);
                }
            });
        }
        context.next();
    }

    private static boolean announcesABody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING) : !"0".equals(length);
    }

    private static void discard(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded()) {
            return;
        }
        long timer = context.vertx().setTimer(DISCARD_MILLIS, late -> {
            if (!request.isEnded()) {
                request.connection().close();
            }
        });
        boolean closes = closes(context);
        request.handler(part -> {});
        request.exceptionHandler(gone -> context.vertx().cancelTimer(timer));
        request.endHandler(end -> {
            context.vertx().cancelTimer(timer);
            if (closes) {
                request.connection().close();
            }
        });
        request.resume();
    }

    private static boolean closes(RoutingContext context) {
        return context.request().headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true)
                || context.response().headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true);
    }
}
