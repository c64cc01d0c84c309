package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Requests to the service. Safe for use by several threads; calls block. */
final class Http {

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final String base;
    private final Map<String, String> headers;

    Http(String base, Map<String, String> headers) {
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        this.headers = Map.copyOf(headers);
    }

    /** One exchange; fails when there is no answer. */
    HttpResponse<String> exchange(String method, String path, JsonNode body, Map<String, String> more, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(timeout)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        headers.forEach(request::setHeader);
        more.forEach(request::setHeader);
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** The milliseconds that the answer asks to wait, 0 if it does not. */
    static long retryAfterMillis(HttpResponse<?> answer) {
        Optional<String> value = answer.headers().firstValue("Retry-After");
        try {
            return value.map(seconds -> Math.round(Double.parseDouble(seconds) * 1000))
                    .orElse(0L);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Milliseconds before the next try: 50, growing to 2,000, with a random part. */
    static long backoffMillis(int tries) {
        double grown = Math.min(2_000, 50 * Math.pow(2, Math.min(tries, 10)));
        return Math.round(grown * (0.5 + ThreadLocalRandom.current().nextDouble() / 2));
    }
}
