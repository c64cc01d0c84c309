package io.zart.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads the whole body of a request to the API on the event loop, up to the limit, and leaves it for {@link BodyFilter}. The limit
 * holds for announced and for chunked bodies alike; a larger one is refused (see {@link UnreadBody}). Memory is
 * taken for what has come, not for what was announced. Bodies that come slowly share a bounded room, and are given up after a time.
 */
final class BodyReader {

    private static final String KEY = BodyReader.class.getName();
    private static final String CONTINUE = "100-continue";
    private static final String WORKERS = HttpSettings.API + "/worker/";

    /** What stands around the results that workers send, so that what may be a payload may be a result. */
    private static final long ENVELOPE = 256 * 1024;

    /** How long a body may take from its first piece to its last. */
    private static final long SLOWEST_MILLIS = 60_000;

    /** What is set aside before the first piece comes, at most. */
    private static final long AT_FIRST = 16 * 1024;

    private final long limit;
    private final SlowBodies slow;

    /** @param room bytes of bodies that have come in part, of all requests together */
    BodyReader(long limit, long room) {
        this.limit = limit;
        this.slow = new SlowBodies(room, SLOWEST_MILLIS);
    }

    /** What was read of the request, or null if nothing was. */
    static byte[] body(RoutingContext context) {
        return context.get(KEY);
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (body(context) != null || !mayHaveBody(request)) {
            context.next();
        } else if (announced(request) > limit(request)) {
            refuse(context, 413);
        } else if (request.isEnded()) {
            context.put(KEY, new byte[0]);
            context.next();
        } else {
            read(context);
        }
    }

    private long limit(HttpServerRequest request) {
        return request.path().startsWith(WORKERS) ? limit + ENVELOPE : limit;
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
        Reading reading = new Reading(context);
        request.handler(reading::part);
        request.endHandler(reading::end);
        request.resume();
    }

    /** One body on its way. */
    private final class Reading {

        private final RoutingContext context;
        private final long most;
        private final long announced;
        private final Buffer body;
        private SlowBodies.Place place;
        /** Parts that are under way already, and the end, may come after the answer. */
        private boolean refused;

        Reading(RoutingContext context) {
            this.context = context;
            this.most = limit(context.request());
            this.announced = announced(context.request());
            this.body = Buffer.buffer((int) Math.min(announced, AT_FIRST));
        }

        void part(Buffer part) {
            if (refused) {
                return;
            }
            body.appendBuffer(part);
            if (body.length() > most) {
                giveUp(413);
            } else if (body.length() != announced) {
                // Most bodies come in one piece and never get here.
                if (place == null) {
                    place = slow.enter(context.vertx(), () -> giveUp(408));
                    context.request().exceptionHandler(gone -> place.leave());
                }
                if (!place.holds(body.length())) {
                    giveUp(503);
                }
            }
        }

        void end(Void end) {
            if (refused) {
                return;
            }
            leave();
            context.put(KEY, body.getBytes());
            context.next();
        }

        private void giveUp(int status) {
            leave();
            refused = true;
            refuse(context, status);
        }

        private void leave() {
            if (place != null) {
                place.leave();
            }
        }
    }

    private static void refuse(RoutingContext context, int status) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        HttpFilters.answer(context, status);
    }
}
