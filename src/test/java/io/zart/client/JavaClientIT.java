package io.zart.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Java client and worker, with the packaged service. */
class JavaClientIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestDatabase database;
    private static ServiceProcess service;
    private final List<Worker> workers = new ArrayList<>();

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        service = ServiceProcess.start(Map.of("ZART_DATABASE_URL", database.url()));
    }

    @AfterAll
    static void stop() {
        service.close();
        database.drop();
    }

    @AfterEach
    void stopWorkers() {
        workers.forEach(Worker::close);
    }

    @Test
    void aBodyWithStepsAnEventBranchesAndASleepRunsToItsEnd() {
        serve("all", (context, payload) -> {
            int one = context.step("one", Integer.class, () -> payload.path("n").asInt() + 1);
            JsonNode event = context.waitForEvent("go", JsonNode.class, null);
            List<BranchResult<String>> results = context.parallel(List.of(
                    new Branch<>("a", String.class, StepOptions.ONCE, attempt -> "a"),
                    new Branch<>("b", String.class, StepOptions.ONCE, attempt -> {
                        throw new IllegalStateException("bad");
                    })));
            context.sleep("nap", Duration.ofMillis(300));
            return List.of(
                    one, event, results.get(0).value(), results.get(1).error().getMessage());
        });
        String id = client().start("all", Map.of("n", 1), null).id();
        await("the wait for the event")
                .atMost(PATIENCE)
                .until(() ->
                        client().get(id).record().at("/waiting/kind").asText().equals("event"));
        assertThat(client().deliver(id, "go", Map.of("x", 1))).isEqualTo("delivered");
        assertThat(ended(id).result().toString()).isEqualTo("[2,{\"x\":1},\"a\",\"bad\"]");
    }

    @Test
    void aStepIsTriedAgainAsItsPolicySays() {
        serve("flaky", (context, payload) -> {
            Duration delay = Duration.ofMillis(payload.asLong());
            return context.step("flaky", Integer.class, StepOptions.retrying(RetryPolicy.fixed(2, delay)), attempt -> {
                if (attempt.number() < 2) {
                    throw new IllegalStateException("no " + attempt.number());
                }
                return attempt.number();
            });
        });
        for (int delay : List.of(0, 10, 200)) {
            assertThat(ended(client().start("flaky", delay, null).id()).result().asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void branchesThatWaitForTheirRetryLeaveWhatIsDoneAlone() {
        AtomicInteger good = new AtomicInteger();
        serve("branches", (context, payload) -> {
            StepOptions later = StepOptions.retrying(RetryPolicy.fixed(1, Duration.ofMillis(250)));
            return context
                    .parallel(List.of(
                            new Branch<>("good", Integer.class, StepOptions.ONCE, attempt -> good.incrementAndGet()),
                            new Branch<>("later", Integer.class, later, attempt -> {
                                if (attempt.number() == 0) {
                                    throw new IllegalStateException("not yet");
                                }
                                return 7;
                            })))
                    .stream()
                    .map(BranchResult::value)
                    .toList();
        });
        assertThat(ended(client().start("branches", null, null).id()).result().toString())
                .isEqualTo("[1,7]");
    }

    @Test
    void aTimeOutOverAllIsFinal() {
        serve(
                "late",
                (context, payload) -> context.step(
                        "slow",
                        String.class,
                        new StepOptions(RetryPolicy.fixed(5, Duration.ZERO), null, Duration.ofMillis(50)),
                        attempt -> {
                            Thread.sleep(30_000);
                            return "done";
                        }));
        Execution end = ended(client().start("late", null, null).id());
        assertThat(end.status()).isEqualTo("failed");
        assertThat(end.errorMessage()).contains("timed out after 50 ms");
    }

    @Test
    void anEventWaitTimesOut() {
        serve("overdue", (context, payload) -> {
            try {
                return context.waitForEvent("never", String.class, Duration.ofMillis(200));
            } catch (EventTimeoutException e) {
                return "overdue";
            }
        });
        assertThat(ended(client().start("overdue", null, null).id()).result().asText())
                .isEqualTo("overdue");
    }

    @Test
    void aChildIsAwaited() {
        serve("parent", (context, payload) -> context.child("one", Integer.class, "child", 21));
        serve("child", (context, payload) -> context.step("double", Integer.class, () -> payload.asInt() * 2));
        assertThat(ended(client().start("parent", null, null).id()).result().toString())
                .isEqualTo("42");
    }

    @Test
    void aCancelledExecutionInterruptsItsStep() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        serve(
                "cancelled",
                (context, payload) -> context.step("slow", String.class, () -> {
                    begun.countDown();
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        told.countDown();
                    }
                    return "done";
                }));
        String id = client().start("cancelled", null, null).id();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        client().cancel(id);
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(client().get(id).status()).isEqualTo("cancelled");
    }

    @Test
    void theClientTellsWhatIsWrong() {
        assertThatThrownBy(() -> client().get("nobody"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(404));
        String id = client().start("unserved", null, "mine", Map.of("delaySecs", 3600))
                .id();
        assertThat(client().await(id, Duration.ofMillis(200))).isEmpty();
        assertThat(client().list(Map.of("search", "mine")))
                .extracting(Execution::id)
                .containsExactly("mine");
        client().cancel(id);
        assertThat(ended(id).status()).isEqualTo("cancelled");
        assertThat(client().stats().path("cancelled").asInt()).isPositive();
    }

    private void serve(String name, Handler<JsonNode, ?> handler) {
        workers.add(
                new Worker(service.url()).task(name, JsonNode.class, handler).start());
    }

    private static ZartClient client() {
        return new ZartClient(service.url());
    }

    private static Execution ended(String id) {
        return client().await(id, PATIENCE)
                .orElseThrow(() -> new AssertionError(client().get(id).toString()));
    }
}
