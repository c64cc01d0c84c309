package io.zart.server.worker;

import static io.zart.server.worker.WorkerHttp.is;
import static io.zart.server.worker.WorkerHttp.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.zart.server.testing.PostgresTestResource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Children of bodies in remote workers. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class WorkerChildrenTest {

    private WorkerHttp http;
    private String task;

    @BeforeEach
    void connect() {
        http = new WorkerHttp("http://localhost:" + RestAssured.port);
        task = unique("parent");
    }

    @Test
    void aChildInThisProcessIsWaitedFor() {
        String id = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String start = "\"name\":\"c\",\"position\":0,\"taskName\":\"echo\",\"payload\":{\"n\":1.0}";
        JsonNode started = is(http.tell(claimed, "start-child", start), "ok");
        String child = started.path("step").path("result").asText();
        assertThat(child).isEqualTo(id + ":0:c");
        assertThat(is(http.tell(claimed, "start-child", start), "already-recorded")
                        .path("step")
                        .path("result")
                        .asText())
                .isEqualTo(child);
        assertThat(http.ended(child).path("status").asText()).isEqualTo("completed");
        JsonNode waited =
                http.tell(claimed, "wait-children", "\"name\":\"w\",\"position\":1,\"children\":[\"" + child + "\"]");
        assertThat(is(waited, "ok").path("parked").asBoolean()).isFalse();
        assertThat(waited.path("steps").get(0).path("kind").asText()).isEqualTo("waitall");
        assertThat(waited.path("steps")
                        .get(0)
                        .path("result")
                        .get(0)
                        .path("result")
                        .toString())
                .isEqualTo("{\"n\":1.0}");
    }

    @Test
    void theEndOfAChildWakesItsParkedParent() {
        http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String childTask = unique("child");
        String child = is(
                        http.tell(
                                claimed,
                                "start-child",
                                "\"name\":\"c\",\"position\":0,\"taskName\":\"" + childTask + "\""),
                        "ok")
                .path("step")
                .path("result")
                .asText();
        String wait = "\"name\":\"w\",\"position\":1,\"mode\":\"any\",\"children\":[\"" + child + "\"]";
        assertThat(is(http.tell(claimed, "wait-children", wait), "ok")
                        .path("parked")
                        .asBoolean())
                .isTrue();
        is(http.tell(http.claimOne(childTask), "fail", "\"error\":{\"message\":\"no\"}"), "ok");
        JsonNode again = http.claimOne(task);
        JsonNode waited = is(http.tell(again, "wait-children", wait), "ok");
        assertThat(waited.path("parked").asBoolean()).isFalse();
        JsonNode result = waited.path("steps").get(0).path("result").get(0);
        assertThat(result.path("status").asText()).isEqualTo("failed");
        assertThat(result.path("error").path("message").asText()).isEqualTo("no");
    }

    @Test
    void aCancelOfARemoteParentTravelsToChildrenInThisProcessByTheirPolicy() {
        String parent = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String follows = startApproval(claimed, "follows", 0, "cancel");
        String stays = startApproval(claimed, "stays", 1, "abandon");
        http.waitsFor(follows, "event");
        http.waitsFor(stays, "event");
        http.cancel(parent);
        is(http.tell(claimed, "complete", ""), "cancelled");
        assertThat(http.ended(follows).path("status").asText()).isEqualTo("cancelled");
        assertThat(http.execution(stays).path("status").asText()).isEqualTo("running");
        http.event(stays, "approval", "1");
        assertThat(http.ended(stays).path("status").asText()).isEqualTo("completed");
    }

    private String startApproval(JsonNode parent, String name, int position, String policy) {
        String members = "\"name\":\"" + name + "\",\"position\":" + position
                + ",\"taskName\":\"approval\",\"payload\":{},\"onParentCancel\":\"" + policy + "\"";
        return is(http.tell(parent, "start-child", members), "ok")
                .path("step")
                .path("result")
                .asText();
    }

    @Test
    void parentAndChildNameEachOther() {
        String id = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String child = startApproval(claimed, "c", 0, "cancel");
        JsonNode parent = http.execution(child).path("parent");
        assertThat(parent.path("executionId").asText()).isEqualTo(id);
        assertThat(parent.path("runIndex").asInt(-1)).isZero();
        assertThat(parent.path("taskName").asText()).isEqualTo(task);
        JsonNode children =
                http.get("/api/v1/executions/" + id + "/children").is(200).json();
        assertThat(children).hasSize(1);
        assertThat(children.get(0).path("durableExecutionId").asText()).isEqualTo(child);
        assertThat(http.get("/api/v1/executions/" + child + "/children").is(200).json())
                .isEmpty();
        http.get("/api/v1/executions/" + unique("nobody") + "/children").is(404);
    }

    @Test
    void childrenAreListedByIdInPages() {
        String id = http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        String[] starts = IntStream.range(0, 120)
                .mapToObj(i -> WorkerHttp.command(
                        claimed,
                        "start-child",
                        "\"name\":\"c" + i + "\",\"position\":" + i + ",\"taskName\":\"echo\",\"payload\":" + i))
                .toArray(String[]::new);
        http.commands(starts).forEach(verdict -> is(verdict, "ok"));
        String path = "/api/v1/executions/" + id + "/children";
        List<String> ids = new ArrayList<>();
        http.get(path)
                .is(200)
                .json()
                .forEach(child -> ids.add(child.path("durableExecutionId").asText()));
        assertThat(ids).hasSize(100);
        http.get(path + "?after=" + ids.get(99))
                .is(200)
                .json()
                .forEach(child -> ids.add(child.path("durableExecutionId").asText()));
        assertThat(ids).hasSize(120).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void aStartThatFailsAgainAndAgainCanBeRetriedEachTime() {
        String stranger = http.start("echo", "1");
        String id = http.start(task, "1");
        for (int i = 0; i < 3; i++) {
            JsonNode claimed = http.claimOne(task);
            // A worker that does not count: the attempts go on all the same.
            JsonNode started = http.tell(
                    claimed,
                    "start-child",
                    "\"name\":\"c\",\"position\":0,\"taskName\":\"echo\",\"childId\":\"" + stranger + "\"");
            assertThat(is(started, "ok").path("step").path("status").asText()).isEqualTo("dead");
            is(http.tell(claimed, "fail", "\"error\":{\"message\":\"taken\"}"), "ok");
            http.post("/zart/admin/v1/executions/" + id + "/retry-step", "{\"stepName\":\"c\"}")
                    .is(200);
        }
        JsonNode attempts = http.get("/zart/admin/v1/executions/" + id + "/detail")
                .is(200)
                .json()
                .at("/steps/0/attempts");
        assertThat(attempts.findValuesAsText("attemptNumber")).containsExactly("1", "2", "3");
    }

    @Test
    void aTakenIdAndAStrangerAreDeadSteps() {
        String stranger = http.start("echo", "1");
        http.start(task, "1");
        JsonNode claimed = http.claimOne(task);
        JsonNode started = http.tell(
                claimed,
                "start-child",
                "\"name\":\"c\",\"position\":0,\"taskName\":\"echo\",\"childId\":\"" + stranger + "\"");
        assertThat(is(started, "ok").path("step").path("error").path("type").asText())
                .isEqualTo("ChildIdTaken");
        JsonNode waited = http.tell(
                claimed, "wait-children", "\"name\":\"w\",\"position\":1,\"children\":[\"" + stranger + "\"]");
        assertThat(is(waited, "ok")
                        .path("steps")
                        .get(0)
                        .path("error")
                        .path("type")
                        .asText())
                .isEqualTo("NoSuchChild");
    }
}
