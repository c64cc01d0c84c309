package io.zart.server.deploy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.zart.server.testing.PostgresTestResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Every metric that the dashboard or an alert asks for is one that the service writes, and every alert is explained. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class MetricNamesTest {

    private static final Pattern NAME = Pattern.compile("\\b(?:zart|jvm|http_server)_[a-z0-9_]+");
    private static final Path DASHBOARD = Path.of("docker/grafana/zart-server.json");
    private static final Path GUIDE = Path.of("src/main/docs/operations.md");

    @Test
    void everyQueryNamesAMetricThatExists() throws IOException {
        someWork();
        Set<String> asked = new TreeSet<>();
        expressions().forEach(expression -> {
            Set<String> names = names(expression);
            assertThat(names).as(expression).isNotEmpty();
            asked.addAll(names);
        });
        Awaitility.await("the metrics of " + asked)
                .untilAsserted(() -> assertThat(written()).containsAll(asked));
    }

    @Test
    void everyAlertIsInTheOperationsGuide() throws IOException {
        String guide = Files.readString(GUIDE);
        for (String alert : alerts()) {
            assertThat(guide).contains("### " + alert);
        }
    }

    private static void someWork() {
        for (String task : List.of("five-steps", "flaky", "dead")) {
            given().contentType("application/json")
                    .header("Prefer", "wait=20")
                    .body("{\"taskName\":\"" + task + "\",\"payload\":{\"delayMs\":1,\"retries\":1}}")
                    .post("/api/v1/executions")
                    .then()
                    .statusCode(201);
        }
    }

    private static Set<String> expressions() throws IOException {
        Set<String> expressions = new LinkedHashSet<>();
        new ObjectMapper()
                .readTree(DASHBOARD.toFile())
                .findValues("expr")
                .forEach(expression -> expressions.add(expression.asText()));
        rules().getSpec().getGroups().stream()
                .flatMap(group -> group.getRules().stream())
                .map(rule -> String.valueOf(rule.getExpr().getValue()))
                .filter(expression -> !expression.startsWith("absent(up{"))
                .forEach(expressions::add);
        return expressions;
    }

    private static List<String> alerts() {
        return rules().getSpec().getGroups().stream()
                .flatMap(group -> group.getRules().stream())
                .map(rule -> rule.getAlert())
                .toList();
    }

    private static PrometheusRule rules() {
        return Manifests.files().stream()
                .map(Manifest::object)
                .filter(PrometheusRule.class::isInstance)
                .map(PrometheusRule.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> written() {
        return names(given().header("Accept", "text/plain").get("/metrics").asString());
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }
}
