package io.zart.server.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.zart.server.config.Role;
import io.zart.server.testing.PostgresTestResource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every route, with every kind of credential of every role: who may come in does, and nobody else. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
@QuarkusTestResource(PostgresTestResource.class)
class RouteAccessTest {

    private static final Duration VALID = Duration.ofMinutes(5);
    private static final Duration LONG_EXPIRED = Duration.ofMinutes(-30);

    @Test
    void everyRouteRefusesWhoShowsNothing() {
        for (RouteRule rule : RouteTable.rules()) {
            refused(rule, "nothing", call(given(), rule));
        }
    }

    @Test
    void everyRouteRefusesWrongAndExpiredCredentialsOfEveryRole() {
        for (Role role : Role.values()) {
            bad(role)
                    .forEach((kind, credential) ->
                            RouteTable.rules().forEach(rule -> refused(rule, kind, call(bearer(credential), rule))));
        }
    }

    @Test
    void everyRouteLetsInTheRolesOfItsRuleAndForbidsItToTheOthers() {
        for (Role role : Role.values()) {
            String token = TestTokens.token(role.wire(), VALID);
            for (RouteRule rule : RouteTable.rules()) {
                boolean mayCall = rule.roles().contains(role);
                decided(rule, role, mayCall, call(bearer(SecuredProfile.key(role)), rule));
                decided(rule, role, mayCall, call(given().header("X-API-Key", SecuredProfile.key(role)), rule));
                decided(rule, role, mayCall, call(bearer(token), rule));
            }
        }
    }

    @Test
    void aBodyArrivesWholeAfterATokenWasChecked() {
        String payload = "x".repeat(1_000_000);
        bearer(TestTokens.token("client", VALID))
                .contentType("application/json")
                .body("{\"taskName\":\"echo\",\"payload\":\"" + payload + "\"}")
                .post("/api/v1/executions")
                .then()
                .statusCode(201);
    }

    @Test
    void aTokenWithoutAKnownRoleMayNothing() {
        Response response = bearer(TestTokens.token("root", VALID)).get("/api/v1/stats");
        assertThat(response.statusCode()).isEqualTo(403);
    }

    @Test
    void spellingThePathOtherwiseOpensNothing() {
        for (String path : new String[] {
            "//api/v1/stats", "/api//v1/stats", "/api/v1/../v1/stats", "/%61pi/v1/stats", "/healthz/../api/v1/stats",
            "/healthz/%2e%2e/api/v1/stats", "/api/v1/stats;x=1", "/api/v1/stats/", "/API/v1/stats",
                    "/openapi/../api/v1/stats"
        }) {
            Response response = given().urlEncodingEnabled(false).get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(401);
        }
    }

    @Test
    void aRouteWithoutARuleAndAMethodWithoutOneAreNotServed() {
        assertThat(bearer(SecuredProfile.key(Role.OPERATOR)).get("/nowhere").statusCode())
                .isEqualTo(404);
        Response response = bearer(SecuredProfile.key(Role.OPERATOR)).post("/api/v1/stats");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void headNeedsWhatGetNeeds() {
        assertThat(given().head("/api/v1/stats").statusCode()).isEqualTo(401);
        assertThat(bearer(SecuredProfile.key(Role.VIEWER)).head("/api/v1/stats").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aStreamOfEventsNeedsWhatTheExecutionNeeds() {
        String path = "/api/v1/executions/unknown";
        assertThat(given().accept("text/event-stream").get(path).statusCode()).isEqualTo(401);
        assertThat(bearer(SecuredProfile.key(Role.WORKER))
                        .accept("text/event-stream")
                        .get(path)
                        .statusCode())
                .isEqualTo(403);
        assertThat(bearer(SecuredProfile.key(Role.VIEWER))
                        .accept("text/event-stream")
                        .get(path)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void healthMetricsAndTheDescriptionAreOpen() {
        for (String path : new String[] {"/healthz", "/readyz", "/metrics", "/openapi"}) {
            assertThat(given().get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    private static Map<String, String> bad(Role role) {
        String right = SecuredProfile.key(role);
        Map<String, String> credentials = new LinkedHashMap<>();
        credentials.put("an unknown key", "nobody");
        credentials.put("a part of a key", right.substring(0, right.length() - 1));
        credentials.put("the hash of a key", io.zart.server.config.ApiKey.hash(right));
        credentials.put("an expired key", SecuredProfile.expiredKey(role));
        credentials.put("an expired token", TestTokens.token(role.wire(), LONG_EXPIRED));
        credentials.put("a forged token", TestTokens.forged(role.wire()));
        credentials.put("a token of another issuer", TestTokens.foreign(role.wire()));
        return credentials;
    }

    private static void refused(RouteRule rule, String kind, Response response) {
        assertThat(response.statusCode()).as("%s with %s", rule, kind).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate")).as("%s", rule).startsWith("Bearer realm=\"zart\"");
        problem(rule, response, "unauthorized");
    }

    private static void decided(RouteRule rule, Role role, boolean mayCall, Response response) {
        if (mayCall) {
            assertThat(response.statusCode()).as("%s as %s", rule, role).isNotIn(401, 403, 405, 500);
        } else {
            assertThat(response.statusCode()).as("%s as %s", rule, role).isEqualTo(403);
            problem(rule, response, "forbidden");
        }
    }

    private static void problem(RouteRule rule, Response response, String code) {
        if (!rule.method().equals("HEAD")) {
            assertThat(response.contentType()).as("%s", rule).startsWith("application/problem+json");
            // Hundreds of answers: their text is searched, for parsing each takes long.
            assertThat(response.asString())
                    .contains("\"code\":\"" + code + "\"", "\"error\":\"")
                    .doesNotContain("\"error\":\"\"");
        }
    }

    private static RequestSpecification bearer(String credential) {
        return given().header("Authorization", "Bearer " + credential);
    }

    private static Response call(RequestSpecification request, RouteRule rule) {
        String path = rule.template().replaceAll("\\{[^}]*}", UUID.randomUUID().toString());
        RequestSpecification ready = rule.method().equals("POST")
                ? request.contentType("application/json").body("{\"executionId\":\"unknown\"}")
                : request;
        return ready.request(rule.method(), path);
    }
}
