package io.zart.server.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of Quarkus that follow from those of the service. */
public final class DerivedSettings {

    static final String EVENT_LOOPS = "quarkus.vertx.event-loops-pool-size";

    private DerivedSettings() {}

    /**
     * The data source settings for one database.
     *
     * @param url where statements go
     * @param directUrl where migrations go
     * @param maxSize connections of the pool
     * @return property names and values
     */
    public static Map<String, String> database(DatabaseUrl url, DatabaseUrl directUrl, int maxSize) {
        Map<String, String> derived = new LinkedHashMap<>();
        derived.put("quarkus.datasource.jdbc.url", directUrl.jdbcUrl());
        derived.put("quarkus.datasource.reactive.url", url.reactiveUrl());
        derived.put("quarkus.datasource.username", url.username());
        url.password().ifPresent(password -> derived.put("quarkus.datasource.password", password));
        derived.put("quarkus.datasource.reactive.max-size", Integer.toString(maxSize));
        // A statement that is not kept prepared costs a second round trip. Behind a pooler, which the second URL goes
        // around, the next transaction may be on another connection, where the statement is unknown.
        // Without the last setting, a statement would be named in one transaction and used in the next.
        boolean pooler = !url.equals(directUrl);
        derived.put("quarkus.datasource.reactive.cache-prepared-statements", Boolean.toString(!pooler));
        derived.put("quarkus.datasource.reactive.postgresql.use-layer7-proxy", Boolean.toString(pooler));
        tls(url, derived);
        return derived;
    }

    /**
     * The settings that bound a request. Quarkus' own limit lies above the service's, which answers with a problem.
     *
     * @param maxBodySize the service's limit
     * @return property names and values
     */
    public static Map<String, String> http(ByteSize maxBodySize) {
        return Map.of("quarkus.http.limits.max-body-size", Long.toString(maxBodySize.bytes() + (1 << 20)));
    }

    /**
     * One event loop for each processor: with Quarkus' two, connections and the requests that share a batch meet less often.
     *
     * @param processors of this process, at least 1
     * @return property names and values
     */
    public static Map<String, String> eventLoops(int processors) {
        return Map.of(EVENT_LOOPS, Integer.toString(processors));
    }

    /**
     * The settings under which tokens are checked.
     *
     * @param url the issuer
     * @return property names and values
     */
    public static Map<String, String> oidc(String url) {
        return Map.of("quarkus.oidc.tenant-enabled", "true", "quarkus.oidc.auth-server-url", url);
    }

    private static void tls(DatabaseUrl url, Map<String, String> derived) {
        if (url.sslMode().equals("disable")) {
            return;
        }
        url.parameter("sslrootcert")
                .ifPresentOrElse(
                        file -> {
                            derived.put("quarkus.datasource.reactive.trust-certificate-pem", "true");
                            derived.put("quarkus.datasource.reactive.trust-certificate-pem.certs", file);
                        },
                        () -> derived.put("quarkus.datasource.reactive.trust-all", "true"));
        if (url.sslMode().equals("verify-full")) {
            derived.put("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS");
        }
    }
}
