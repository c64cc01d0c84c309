package io.zart.server.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.zart.server.testing.PostgresTestResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a management port, health checks and metrics are there and only there, and nothing else is. */
@QuarkusTest
@TestProfile(ManagementPortTest.Profile.class)
@QuarkusTestResource(PostgresTestResource.class)
class ManagementPortTest {

    /** Any free port. */
    public static class Profile implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return Map.of("zart.management-port", Integer.toString(socket.getLocalPort()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/metrics", "/q/health/live"})
    void operationsAreOnThePortOfTheirOwn(String path) {
        Awaitility.await(path).until(() -> management(path) == 200);
        assertThat(given().get(path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/stats", "/openapi", "/swagger-ui/"})
    void theRestIsNotThere(String path) {
        assertThat(management(path)).isEqualTo(404);
        assertThat(given().get(path).statusCode()).isEqualTo(200);
    }

    private static int management(String path) {
        int port = ConfigProvider.getConfig().getValue("zart.management-port", Integer.class);
        return given().port(port).get(path).statusCode();
    }
}
