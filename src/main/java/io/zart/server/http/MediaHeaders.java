package io.zart.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/** Refuses media types that are none, before the routes are chosen by them. */
final class MediaHeaders {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String PARAMETERS =
            "(?:\\s*;\\s*" + TOKEN + "=(?:" + TOKEN + "|\"[^\"\\\\\\x00-\\x1f]*\"))*\\s*;?\\s*";
    private static final Pattern TYPE = Pattern.compile("\\s*" + TOKEN + "/" + TOKEN + PARAMETERS);
    private static final Pattern RANGE =
            Pattern.compile("\\s*(?:\\*|" + TOKEN + "/" + TOKEN + ")" + PARAMETERS, Pattern.CASE_INSENSITIVE);
    private static final Pattern WRONG_QUALITY =
            Pattern.compile(";\\s*q=(?!(?:0?(?:\\.[0-9]*)?|1(?:\\.0*)?)\\s*(?:;|$))", Pattern.CASE_INSENSITIVE);

    private MediaHeaders() {}

    static void handle(RoutingContext context) {
        String path = context.request().path();
        boolean ours =
                path != null && (path.startsWith(HttpSettings.API + "/") || path.startsWith(HttpSettings.ADMIN + "/"));
        if (ours
                && !context.request().headers().getAll(HttpHeaders.CONTENT_TYPE).stream()
                        .allMatch(MediaHeaders::isType)) {
            HttpFilters.answer(context, 415);
        } else if (ours
                && !context.request().headers().getAll(HttpHeaders.ACCEPT).stream()
                        .allMatch(MediaHeaders::areRanges)) {
            HttpFilters.answer(context, 406);
        } else {
            context.next();
        }
    }

    /** Whether the value is one media type; none at all is. */
    static boolean isType(String value) {
        return value == null || value.isBlank() || TYPE.matcher(value).matches();
    }

    /** Whether the value is a list of media ranges; none at all is. */
    static boolean areRanges(String value) {
        if (value == null || value.isBlank()) {
            return true;
        }
        for (String range : value.split(",", -1)) {
            if (!RANGE.matcher(range).matches() || WRONG_QUALITY.matcher(range).find()) {
                return false;
            }
        }
        return true;
    }
}
