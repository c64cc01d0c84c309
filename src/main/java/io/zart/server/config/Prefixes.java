package io.zart.server.config;

import java.util.List;
import java.util.regex.Pattern;

/** The rules for the two path prefixes. */
final class Prefixes {

    static final String ALLOWED = "a path such as /api/v1: a leading slash, no trailing one, and not equal to, "
            + "above or below the other prefix or /q, /healthz, /readyz, /metrics, /openapi, /swagger-ui";

    private static final Pattern FORM = Pattern.compile("(/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+");
    private static final List<String> ROOT_PATHS = List.of(
            "/q", "/healthz", "/readyz", "/metrics", "/openapi", "/openapi.json", "/openapi.yaml", "/swagger-ui");

    private Prefixes() {}

    /** Throws unless the text is a path that stays clear of the root paths. */
    static String parse(String prefix) {
        if (!FORM.matcher(prefix).matches()) {
            throw new IllegalArgumentException("not a prefix");
        }
        for (String root : ROOT_PATHS) {
            if (collide(prefix, root)) {
                throw new IllegalArgumentException("collides with " + root);
            }
        }
        return prefix;
    }

    /** Whether the paths are equal or one lies below the other. */
    static boolean collide(String one, String other) {
        return (one + "/").startsWith(other + "/") || (other + "/").startsWith(one + "/");
    }
}
