package io.zart.server.security;

import java.util.List;

/** The paths that are open to all: what operates the service, and what describes the API. */
final class OpenPaths {

    /** Health checks and metrics. */
    static final List<String> OPERATIONS = List.of("/healthz", "/readyz", "/metrics", "/q/health", "/q/metrics");

    private static final List<String> DESCRIPTION =
            List.of("/openapi", "/openapi.json", "/openapi.yaml", "/openapi.yml", "/swagger-ui");

    /** Leads to the description. */
    private static final String FRONT_PAGE = "/";

    private OpenPaths() {}

    /** Whether everybody may have that path. */
    static boolean contains(String path) {
        return path.equals(FRONT_PAGE) || isOperation(path) || isIn(DESCRIPTION, path);
    }

    /** Whether it is a health check or the metrics. */
    static boolean isOperation(String path) {
        return isIn(OPERATIONS, path);
    }

    private static boolean isIn(List<String> roots, String path) {
        return roots.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
    }
}
