package io.zart.server.http;

import io.zart.server.config.ZartConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** The settings of the HTTP surface, read at start-up; they are known to be valid then. */
@Singleton
public class HttpSettings {

    /** Where the resources are, whatever the prefix. */
    public static final String API = "/api/v1";

    /** Where the admin resources are, whatever the prefix. */
    public static final String ADMIN = "/zart/admin/v1";

    private final String apiPrefix;
    private final String adminPrefix;
    private final List<String> corsOrigins;
    private final Duration waitMax;
    private final long maxBodySize;

    public HttpSettings(ZartConfig config) {
        apiPrefix = withoutSlash(config.apiPrefix());
        adminPrefix = withoutSlash(config.adminPrefix());
        corsOrigins = config.corsOrigins().orElse(List.of());
        waitMax = config.waitMax();
        maxBodySize = config.maxBodySize().bytes();
    }

    /** The prefix of the API, without a slash at its end. */
    public String apiPrefix() {
        return apiPrefix;
    }

    /** The prefix of the admin API, without a slash at its end. */
    public String adminPrefix() {
        return adminPrefix;
    }

    /** The allowed origins, or {@code *} alone. */
    public List<String> corsOrigins() {
        return corsOrigins;
    }

    /** The cap of a wait. */
    public Duration waitMax() {
        return waitMax;
    }

    /** The limit of a request body in bytes. */
    public long maxBodySize() {
        return maxBodySize;
    }

    private static String withoutSlash(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }
}
