package io.zart.server.grants;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.zart.server.config.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the roles and grants of the operations guide, the service does all that it does, and cannot change the schema. */
@QuarkusTest
@QuarkusTestResource(value = TwoRolesResource.class, restrictToAnnotatedClass = true)
class TwoRolesTest {

    @BeforeEach
    void theServiceIsReadyWithoutTheRightToChangeTheSchema() {
        Awaitility.await("readiness")
                .atMost(Duration.ofSeconds(60))
                .until(() -> given().get("/readyz").statusCode() == 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table mine (a int)",
                "create schema mine",
                "alter table execution add column mine int",
                "drop table execution",
                "truncate execution",
                "create index mine on execution (task_name)",
                "drop trigger execution_moves on execution",
                "create temporary table mine (a int)"
            })
    void theRoleOfTheServiceMayNotChangeTheSchema(String sql) {
        assertThatThrownBy(() -> execute(sql))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
    }

    @Test
    void theRoleOfTheServiceMayReadAndWriteEveryTable() throws SQLException {
        String missing = """
                select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and c.relkind in ('r', 'p')
                  and not (has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
                    and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))
                union all
                select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public'
                  and case when c.relkind = 'S' then not has_sequence_privilege(c.oid, 'usage') else false end""";
        assertThat(column(missing)).isEmpty();
        assertThat(column("select relname from pg_class where relname in ('execution', 'task')"))
                .hasSize(2);
    }

    @Test
    void theServiceStartsWaitsRepairsPausesAndPurges() {
        String id = UUID.randomUUID().toString();
        run(id, "approval", 0);
        String rule = post("/zart/admin/v1/pause", "{\"executionId\":\"" + id + "\"}", 201)
                .path("ruleId");
        post("/api/v1/events/" + id + "/approval", "1", 202);
        given().delete("/zart/admin/v1/pause/" + rule).then().statusCode(204);
        given().get("/api/v1/executions/" + id + "/wait").then().statusCode(200);
        String dead = UUID.randomUUID().toString();
        run(dead, "dead", 10);
        post("/zart/admin/v1/executions/" + dead + "/retry-step", "{\"stepName\":\"doomed\"}", 200);
        given().get("/api/v1/executions/" + dead + "/wait").then().statusCode(200);
        post("/zart/admin/v1/executions/" + dead + "/rerun", "{\"rerunSteps\":[\"doomed\"]}", 200);
        post("/zart/admin/v1/executions/" + dead + "/restart", "{}", 200);
        post("/zart/admin/v1/bulk/cancel", "{\"search\":\"" + dead + "\"}", 202);
        given().get("/api/v1/stats").then().statusCode(200);
        given().get("/api/v1/stats/queues").then().statusCode(200);
        Awaitility.await("retention, which is a few seconds here")
                .atMost(Duration.ofSeconds(60))
                .until(() -> given().get("/api/v1/executions/" + id).statusCode() == 404);
    }

    @Test
    void aWorkerClaimsParksAndCompletes() {
        String task = "remote-" + UUID.randomUUID();
        run(task, task, 0);
        String claim = "{\"workerId\":\"w\",\"taskNames\":[\"" + task + "\"],\"waitSecs\":10}";
        String token = post("/api/v1/worker/claim", claim, 200).path("tasks[0].lease.token");
        String commands = "{\"workerId\":\"w\",\"commands\":[%s,%s]}"
                .formatted(
                        command(task, token, "\"type\":\"step-completed\",\"name\":\"a\",\"position\":0,\"result\":1"),
                        command(task, token, "\"type\":\"complete\",\"result\":2"));
        assertThat(post("/api/v1/worker/commands", commands, 200).<List<String>>path("verdicts.verdict"))
                .as(commands)
                .containsExactly("ok", "ok");
    }

    private static String command(String id, String token, String rest) {
        return "{\"executionId\":\"" + id + "\",\"token\":\"" + token + "\"," + rest + "}";
    }

    private static void run(String id, String task, int seconds) {
        String body = "{\"executionId\":\"" + id + "\",\"taskName\":\"" + task
                + "\",\"payload\":{\"delayMs\":1,\"retries\":1}}";
        given().contentType("application/json")
                .header("Prefer", "wait=" + seconds)
                .body(body)
                .post("/api/v1/executions")
                .then()
                .statusCode(org.hamcrest.Matchers.oneOf(201, 202));
    }

    private static Response post(String path, String body, int status) {
        Response response = given().contentType("application/json").body(body).post(path);
        assertThat(response.statusCode())
                .as("%s: %s", path, response.asString())
                .isEqualTo(status);
        return response;
    }

    private static Connection connection() throws SQLException {
        DatabaseUrl url = DatabaseUrl.parse(ConfigProvider.getConfig().getValue("zart.database.url", String.class));
        return DriverManager.getConnection(
                url.jdbcUrl(), url.username(), url.password().orElse(""));
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = connection()) {
            connection.createStatement().execute(sql);
        }
    }

    private static List<String> column(String sql) throws SQLException {
        try (Connection connection = connection();
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
