package io.zart.server.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.zart.server.config.Role;
import io.zart.server.testing.PostgresTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every route of the built application has a rule or is meant to be open: those of its published description, and those that
 * extensions register by themselves. A new one that is neither fails here.
 */
@QuarkusTest
@TestProfile(SecuredProfile.class)
@QuarkusTestResource(PostgresTestResource.class)
class BuiltRoutesTest {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

    /** Open to all, with what each answers. */
    private static final Map<String, Integer> OPEN = Map.of(
            "/healthz", 200,
            "/readyz", 200,
            "/metrics", 200,
            "/q/health", 200,
            "/q/health/live", 200,
            "/q/health/ready", 200,
            "/openapi", 200,
            "/openapi.json", 200,
            "/swagger-ui/", 200,
            "/", 302);

    /** Pages for developers, which are not in a production build, and not served here while security is on. */
    private static final Set<String> NEVER_SERVED = Set.of("/q/health-ui");

    @Inject
    Router router;

    @Test
    void everyRouteOfTheDescriptionHasARuleAndEveryRuleIsDescribed() {
        Map<String, Map<String, Object>> paths =
                given().queryParam("format", "json").get("/openapi").path("paths");
        Set<String> described = new TreeSet<>();
        paths.forEach((path, operations) -> operations.keySet().stream()
                .filter(METHODS::contains)
                .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        Set<String> ruled = new TreeSet<>();
        RouteTable.rules().forEach(rule -> ruled.add(rule.method() + " " + rule.template()));
        assertThat(described).isEqualTo(ruled);
    }

    @Test
    void everyPathThatAnExtensionServesIsOpenOnPurposeOrHasARule() {
        Set<String> served = served();
        assertThat(served).contains("/healthz", "/metrics", "/openapi", "/swagger-ui");
        Set<String> unknown = new TreeSet<>(served);
        unknown.removeIf(
                path -> OpenPaths.contains(path) || !RouteTable.of(path).isEmpty());
        assertThat(unknown)
                .as("paths that have no rule and are not meant to be open")
                .isSubsetOf(NEVER_SERVED);
    }

    @Test
    void whatIsOpenAnswersTheSameWhateverTheCredential() {
        OPEN.forEach((path, status) -> credentials()
                .forEach((kind, credential) -> assertThat(get(credential, path).statusCode())
                        .as("%s with %s", path, kind)
                        .isEqualTo(status)));
    }

    @Test
    void whatIsNeitherOpenNorARouteIsRefusedOrNotThere() {
        for (String path :
                List.of("/nowhere", "/q/dev", "/q/health-ui", "/q/info", "/api/v1", "/swagger-uix", "/metricsx")) {
            assertThat(get(null, path).statusCode()).as(path).isEqualTo(401);
            assertThat(get(SecuredProfile.key(Role.OPERATOR), path).statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void aPageOfANamedOriginMayAskWhatItMaySendWithoutAKey() {
        Response preflight = preflight("https://app.example");
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Authorization", "X-API-Key");
        Response other = preflight("https://other.example");
        assertThat(other.statusCode()).isEqualTo(401);
        assertThat(other.header("Access-Control-Allow-Origin")).isNull();
    }

    private static Response preflight(String origin) {
        return given().header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .options("/api/v1/executions");
    }

    @Test
    void theBareAddressLeadsToTheDescription() {
        assertThat(get(null, "/").header("Location")).isEqualTo("/swagger-ui/");
        assertThat(given().post("/").statusCode()).isEqualTo(404);
    }

    /** What the routes are bound to; handlers of all paths, such as filters and error pages, are none. */
    private Set<String> served() {
        Set<String> paths = new TreeSet<>();
        collect("", router, paths);
        return paths;
    }

    private static void collect(String root, Router router, Set<String> paths) {
        for (Route route : router.getRoutes()) {
            String path = route.getPath() == null ? "" : route.getPath().replaceAll("/?\\*?$", "");
            if (route.getSubRouter() != null) {
                collect(root + path, route.getSubRouter(), paths);
            } else if (!path.isEmpty()) {
                paths.add(root + path);
            }
        }
    }

    private static Map<String, String> credentials() {
        Map<String, String> credentials = new LinkedHashMap<>();
        credentials.put("nothing", null);
        credentials.put("a wrong key", "nobody");
        for (Role role : Role.values()) {
            credentials.put("an expired key of " + role, SecuredProfile.expiredKey(role));
            credentials.put("an expired token of " + role, TestTokens.token(role.wire(), Duration.ofMinutes(-30)));
            credentials.put("the key of " + role, SecuredProfile.key(role));
            credentials.put("a token of " + role, TestTokens.token(role.wire(), Duration.ofMinutes(5)));
        }
        return credentials;
    }

    private static Response get(String credential, String path) {
        RequestSpecification request = given().redirects().follow(false);
        return (credential == null ? request : request.header("Authorization", "Bearer " + credential)).get(path);
    }
}
