package io.zart.server.admin;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.AuditEntry;
import io.zart.server.execution.OperatorService;
import io.zart.server.http.Checks;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** A page of remembered acts, with a link to the next one. */
final class AuditPage {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST_LIMIT = 1000;
    private static final int CURSOR_DIGITS = 18;

    private AuditPage() {}

    /**
     * The answer.
     *
     * @param id the execution, null for all
     * @param path of the route, with its prefix, for the link
     */
    static Uni<Response> of(OperatorService service, String id, String path, String limitText, String cursorText) {
        int limit = limit(limitText);
        return service.audit(id, cursor(cursorText), limit + 1).map(entries -> {
            List<AuditEntry> page = entries.subList(0, Math.min(limit, entries.size()));
            Response.ResponseBuilder response =
                    Response.ok(page.stream().map(AuditView::of).toList());
            if (entries.size() > limit && limit > 0) {
                long last = page.get(page.size() - 1).seq();
                response.header(
                        HttpHeaders.LINK, "<" + path + "?limit=" + limit + "&cursor=" + last + ">; rel=\"next\"");
            }
            return response.build();
        });
    }

    private static int limit(String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        Long number = Checks.seconds(text, Long.MAX_VALUE);
        if (number == null || number > MOST_LIMIT) {
            throw Checks.parameter("limit", "must be a whole number from 0 to " + MOST_LIMIT);
        }
        return number.intValue();
    }

    private static Long cursor(String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (text.length() > CURSOR_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw Checks.parameter("cursor", "is not one of this list");
        }
        return Long.valueOf(text);
    }
}
