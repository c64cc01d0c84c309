package io.zart.server.samples;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.handler.RetryPolicy;
import java.time.Duration;

/** The retry policy that a sample's payload asks for. */
final class Retries {

    private Retries() {}

    static RetryPolicy of(JsonNode payload, String defaultKind) {
        int retries = payload.path("retries").asInt(2);
        Duration delay = Duration.ofMillis(payload.path("delayMs").asLong(100));
        return switch (payload.path("retry").asText(defaultKind)) {
            case "none" -> RetryPolicy.none();
            case "exponential" -> RetryPolicy.exponential(retries, delay);
            default -> RetryPolicy.fixed(retries, delay);
        };
    }

    static Duration seconds(JsonNode payload, String field, double fallback) {
        return Duration.ofNanos(Math.round(payload.path(field).asDouble(fallback) * 1e9));
    }
}
