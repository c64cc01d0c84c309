package io.zart.server.security;

import io.zart.server.config.Role;
import java.util.List;
import java.util.Set;

/**
 * Who may call a route.
 *
 * @param method the HTTP method
 * @param template its path under the default prefixes; a segment in braces stands for any one segment
 * @param roles any of them is enough
 */
public record RouteRule(String method, String template, Set<Role> roles) {

    /** Whether that path, cut at its slashes, is one of this route. */
    boolean matches(List<String> segments) {
        List<String> own = segments(template);
        if (own.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < own.size(); i++) {
            if (!own.get(i).startsWith("{") && !own.get(i).equals(segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The segments of a path; a slash at its end makes no difference. */
    static List<String> segments(String path) {
        String inner = path.endsWith("/") ? path.substring(1, Math.max(1, path.length() - 1)) : path.substring(1);
        return List.of(inner.split("/", -1));
    }
}
