package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2: CORS, with every origin allowed. */
abstract class CorsContract extends ServiceContract {

    private static final String EXECUTIONS = PrefixContract.PREFIX + "/executions";

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "DELETE"})
    void aPreflightAllowsTheMethod(String method) {
        Answer answer = Api.method(
                "OPTIONS",
                EXECUTIONS,
                "Origin",
                "https://ui.example",
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                "content-type");
        assertThat(answer.status()).as("status of the preflight").isBetween(200, 204);
        assertThat(answer.header("access-control-allow-origin").orElse("")).isIn("*", "https://ui.example");
        assertThat(answer.header("access-control-allow-methods").orElse("")).contains(method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "Idempotency-Key", "Prefer", "If-None-Match", "Last-Event-ID", "Event-Id"})
    void aPreflightAllowsTheHeadersOfTheContract(String header) {
        Answer answer = Api.method(
                "OPTIONS",
                EXECUTIONS,
                "Origin",
                "https://ui.example",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                header);
        assertThat(answer.header("access-control-allow-headers").orElse("")).containsIgnoringCase(header);
    }

    @Test
    void anAnswerAllowsTheOriginAlsoWhenItIsAProblem() {
        assertThat(Api.get(PrefixContract.PREFIX + "/stats", "Origin", "https://ui.example")
                        .header("access-control-allow-origin"))
                .isPresent();
        assertThat(Api.get(EXECUTIONS + "/" + Api.newId(), "Origin", "https://ui.example")
                        .header("access-control-allow-origin"))
                .isPresent();
    }
}
