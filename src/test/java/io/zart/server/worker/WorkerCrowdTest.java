package io.zart.server.worker;

import static io.zart.server.worker.WorkerHttp.is;
import static io.zart.server.worker.WorkerHttp.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.testing.PostgresTestResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many workers at once: fair shares, no query of their own, and who they are. */
@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class WorkerCrowdTest {

    /** ZART_POISON_ACTIVATIONS by default. */
    private static final int POISON_ACTIVATIONS = 20;

    private final Pool pool;

    private WorkerHttp http;
    private String task;

    WorkerCrowdTest(Pool pool) {
        this.pool = pool;
    }

    @BeforeEach
    void connect() {
        http = new WorkerHttp("http://localhost:" + RestAssured.port);
        task = unique("task");
    }

    private JsonNode worker(String id) {
        for (JsonNode worker : http.get("/zart/admin/v1/workers").is(200).json()) {
            if (worker.path("workerId").asText().equals(id)) {
                return worker;
            }
        }
        return null;
    }

    @Test
    void workIsSharedOutInTurn() {
        int workers = 8;
        for (int i = 0; i < workers * 2; i++) {
            http.start(task, Integer.toString(i));
        }
        Set<String> seen = new HashSet<>();
        List<CompletableFuture<JsonNode>> claims = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            claims.add(http.claimAsync("w" + i, task, 2, 20));
        }
        claims.forEach(claim ->
                claim.join().forEach(t -> seen.add(t.path("executionId").asText())));
        int rest = workers * 2 - seen.size();
        for (int i = 0; i < rest; i++) {
            seen.add(http.claimOne(task).path("executionId").asText());
        }
        assertThat(seen).as("each task is given to one worker").hasSize(workers * 2);
    }

    @Test
    void everyParkedWorkerGetsOneOfAsManyTasks() {
        int workers = 10;
        List<CompletableFuture<JsonNode>> claims = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            claims.add(http.claimAsync("w" + i, task, 1, 30));
        }
        await().atMost(WorkerHttp.PATIENCE).until(() -> http.parked(task) == workers);
        for (int i = 0; i < workers; i++) {
            http.start(task, Integer.toString(i));
        }
        claims.forEach(claim -> assertThat(claim.join()).hasSize(1));
    }

    @Test
    void aClientThatGoesAwayFreesItsPlace() {
        CompletableFuture<JsonNode> parked = http.claimAsync("gone", task, 1, 30);
        await().atMost(WorkerHttp.PATIENCE).until(() -> http.parked(task) == 1);
        http.abandonAll();
        WorkerHttp other = new WorkerHttp(http.root());
        await().atMost(WorkerHttp.PATIENCE).until(() -> other.parked(task) == 0);
        other.start(task, "1");
        assertThat(other.claimOne(task)).isNotNull();
        assertThat(parked.isCompletedExceptionally()).isTrue();
    }

    @Test
    void aThousandParkedClaimsCostNoQueriesOfTheirOwn() throws Exception {
        int crowd = 1_000;
        List<CompletableFuture<JsonNode>> claims = new ArrayList<>();
        for (int i = 0; i < crowd; i++) {
            claims.add(http.claimAsync("crowd-" + i, task, 1, 30));
        }
        await().atMost(WorkerHttp.PATIENCE).until(() -> http.parked(task) == crowd);
        // The server counts some of those of the arrivals late. Claims that looked once in half a minute would cost
        // more.
        await("a load like that of an idle service").until(() -> commitsASecond() < 20);
        assertThat(http.parked(task)).as("claims still parked").isEqualTo(crowd);
        for (int i = 0; i < 20; i++) {
            http.start(task, "1");
        }
        await().atMost(WorkerHttp.PATIENCE)
                .until(() -> claims.stream()
                                .filter(claim -> claim.isDone() && claim.join().size() == 1)
                                .count()
                        == 20);
        http.abandonAll();
    }

    private long commitsASecond() throws InterruptedException {
        long before = commits();
        TimeUnit.SECONDS.sleep(2);
        return (commits() - before) / 2;
    }

    private long commits() {
        return pool.query("select xact_commit from pg_stat_database where datname = current_database()")
                .execute()
                .await()
                .indefinitely()
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void workersAreListedWithWhatTheyHold() {
        String id = unique("worker");
        http.start(task, "1");
        JsonNode claimed = http.post("/api/v1/worker/claim", WorkerHttp.claimBody(id, task, 1, 20, 60))
                .is(200)
                .json()
                .path("tasks")
                .get(0);
        JsonNode listed = worker(id);
        assertThat(listed.path("taskNames").get(0).asText()).isEqualTo(task);
        assertThat(listed.path("tasksHeld").asInt()).isEqualTo(1);
        assertThat(listed.path("lastSeenAt").asText()).endsWith("Z");
        is(http.tell(claimed, "complete", ""), "ok");
        assertThat(worker(id).path("tasksHeld").asInt()).isZero();
    }

    @Test
    void aTaskThatEndsWhicheverWorkerTakesItIsGivenUp() {
        String id = http.start(task, "1");
        for (int i = 0; i < POISON_ACTIVATIONS; i++) {
            http.claimOne(task);
            leaseEnds(id);
        }
        assertThat(http.claim(task, 1, 1, 60)).isEmpty();
        JsonNode ended = http.ended(id);
        assertThat(ended.path("status").asText()).isEqualTo("failed");
        assertThat(ended.at("/error/type").asText()).isEqualTo("PoisonedTask");
        assertThat(ended.at("/error/message").asText()).contains("without any progress");
    }

    @Test
    void aTaskThatMakesProgressIsNotGivenUp() {
        String id = http.start(task, "1");
        for (int i = 0; i <= POISON_ACTIVATIONS; i++) {
            JsonNode claimed = http.claimOne(task);
            is(http.tell(claimed, "step-completed", "\"name\":\"s" + i + "\",\"position\":" + i), "ok");
            leaseEnds(id);
        }
        is(http.tell(http.claimOne(task), "complete", ""), "ok");
    }

    private void leaseEnds(String id) {
        pool.preparedQuery("update task set run_at = now() where execution_id = $1")
                .execute(Tuple.of(id))
                .await()
                .indefinitely();
    }

    @Test
    void anExecutionThatNobodyServesWaitsForAWorker() {
        String id = http.start(task, "1");
        http.waitsFor(id, "worker");
        JsonNode claimed = http.claimOne(task);
        assertThat(http.execution(id).path("waiting").isNull()).isTrue();
        is(http.tell(claimed, "release", ""), "ok");
        assertThat(http.execution(id).path("waiting").isNull())
                .as("the name is served now")
                .isTrue();
    }
}
