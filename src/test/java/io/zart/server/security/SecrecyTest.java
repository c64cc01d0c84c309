package io.zart.server.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.zart.server.config.ApiKey;
import io.zart.server.config.Role;
import io.zart.server.testing.PostgresTestResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

/** Keys, tokens and passwords stay out of logs, answers and metrics; answers carry the headers that protect browsers. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
@QuarkusTestResource(PostgresTestResource.class)
class SecrecyTest {

    @Test
    void noSecretIsInALogAnAnswerOrAMetric() {
        Queue<String> logged = new ConcurrentLinkedQueue<>();
        Handler handler = collector(logged);
        Logger.getLogger("").addHandler(handler);
        List<String> secrets = secrets();
        List<String> answers = new ArrayList<>();
        try {
            for (String secret : secrets) {
                for (String path : new String[] {"/api/v1/stats", "/zart/admin/v1/pause", "/nowhere"}) {
                    answers.add(told(
                            given().header("Authorization", "Bearer " + secret).get(path)));
                    answers.add(told(given().header("X-API-Key", secret).post(path)));
                    answers.add(told(
                            given().header("Authorization", "Basic " + secret).get(path)));
                }
            }
            answers.add(told(given().get("/metrics")));
            answers.add(told(given().get("/q/health")));
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        for (String secret : secrets) {
            assertThat(answers).noneMatch(answer -> answer.contains(secret));
            assertThat(logged).noneMatch(line -> line.contains(secret));
        }
    }

    @Test
    void everyAnswerCarriesTheHeadersThatProtectBrowsers() {
        for (String path : new String[] {"/api/v1/stats", "/metrics", "/healthz", "/nowhere", "/swagger-ui/"}) {
            Response response = given().get(path);
            assertThat(response.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(response.header("X-Frame-Options")).as(path).isEqualTo("DENY");
            assertThat(response.header("Referrer-Policy")).as(path).isEqualTo("no-referrer");
        }
        Response allowed =
                given().header("X-API-Key", SecuredProfile.key(Role.VIEWER)).get("/api/v1/stats");
        for (Response response : List.of(allowed, given().get("/api/v1/stats"))) {
            assertThat(response.header("Cache-Control")).isEqualTo("no-store");
            assertThat(response.header("Content-Security-Policy")).contains("default-src 'none'");
        }
    }

    private static List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        for (Role role : Role.values()) {
            secrets.add(SecuredProfile.key(role));
            secrets.add(SecuredProfile.expiredKey(role));
            secrets.add(ApiKey.hash(SecuredProfile.key(role)));
            secrets.add(TestTokens.token(role.wire(), Duration.ofMinutes(5)));
            secrets.add(TestTokens.token(role.wire(), Duration.ofMinutes(-30)));
            secrets.add(TestTokens.forged(role.wire()));
        }
        secrets.add(ConfigProvider.getConfig().getValue("zart.database.url", String.class));
        return secrets;
    }

    private static String told(Response response) {
        return response.headers() + "\n" + response.asString();
    }

    private static Handler collector(Queue<String> lines) {
        ExtFormatter formatter = new PatternFormatter("%c %s%e");
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(formatter.format(record));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
