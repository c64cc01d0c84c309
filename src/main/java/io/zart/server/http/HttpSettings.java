package io.zart.server.http;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

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

    public HttpSettings() {
        Config config = ConfigProvider.getConfig();
        apiPrefix = prefix(config, "zart.api-prefix", API);
        adminPrefix = prefix(config, "zart.admin-prefix", ADMIN);
        corsOrigins = Arrays.stream(
                        config.getOptionalValue("zart.cors-origins", String.class).orElse("").split(","))
                .map(String::trim)
                .filter(origin -> !origin.isEmpty())
                .toList();
        waitMax = duration(config.getOptionalValue("zart.wait-max", String.class).orElse("30s"));
        maxBodySize = bytes(config.getOptionalValue("zart.max-body-size", String.class).orElse("2M"));
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

    private static String prefix(Config config, String name, String otherwise) {
        String value = config.getOptionalValue(name, String.class).orElse(otherwise);
        return value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
    }

    static Duration duration(String text) {
        String value = text.trim().toLowerCase(Locale.ROOT);
        if (value.startsWith("p")) {
            return Duration.parse(value);
        }
        if (value.endsWith("ms")) {
            return Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)));
        }
        return value.endsWith("d") ? Duration.parse("p" + value) : Duration.parse("pt" + value);
    }

    static long bytes(String text) {
        String value = text.trim().toUpperCase(Locale.ROOT);
        int unit = "KMG".indexOf(value.charAt(value.length() - 1));
        return unit < 0
                ? Long.parseLong(value)
                : Long.parseLong(value.substring(0, value.length() - 1)) << (10 * (unit + 1));
    }
}
