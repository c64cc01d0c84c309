package io.zart.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zart.server.testing.ClientProcess;
import io.zart.server.testing.ClientProcess.Language;
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
        Execution parent = ended(client().start("parent", null, null).id());
        assertThat(parent.result().toString()).isEqualTo("42");
        assertThat(client().children(parent.id()))
                .singleElement()
                .satisfies(child -> assertThat(
                                child.record().at("/parent/executionId").asText())
                        .isEqualTo(parent.id()));
    }

    @Test
    void theFirstOfSeveralChildrenIsAwaited() {
        serve("racing", (context, payload) -> {
            String quick = context.startChild("quick", "racer", 0, null);
            String slow = context.startChild("slow", "racer", 600_000, null);
            JsonNode first = context.waitForAnyChild("first", List.of(quick, slow));
            try {
                context.waitForChildren("all", List.of(quick, slow), Duration.ofMillis(200));
                return "both";
            } catch (EventTimeoutException e) {
                return List.of(first.size(), first.at("/0/result").asText());
            }
        });
        serve("racer", (context, payload) -> {
            context.sleep("nap", Duration.ofMillis(payload.asLong()));
            return "done";
        });
        assertThat(ended(client().start("racing", null, null).id()).result().toString())
                .isEqualTo("[1,\"done\"]");
    }

    @Test
    void aRunThatTakesLongerThanItsTaskNameMayFails() {
        workers.add(new Worker(service.url())
                .task("sleepy", Long.class, Duration.ofMillis(600), (context, millis) -> {
                    assertThat(context.timeLeft().orElseThrow()).isLessThan(Duration.ofMillis(601));
                    if (millis > 0) {
                        context.sleep("nap", Duration.ofMillis(millis));
                        return "rested";
                    }
                    Thread.sleep(60_000);
                    return "woken";
                })
                .start());
        for (long sleep : List.of(0L, 600_000L)) {
            Execution end = ended(client().start("sleepy", sleep, null).id());
            assertThat(end.record().at("/error/type").asText())
                    .as(end.toString())
                    .isEqualTo("DeadlineExceeded");
        }
        assertThat(ended(client().start("sleepy", 1L, null).id()).result().asText())
                .isEqualTo("rested");
    }

    @Test
    void jsonIsKeptToTheLetter() {
        String letter = "{\"b\":1.0,\"a\":1e3,\"a\":[123456789012345678901234567890,\"\\u00e9\",null],\"n\":-0}";
        workers.add(new Worker(service.url())
                .task("raw", RawJson.class, (context, payload) -> {
                    RawJson step = context.step("same", RawJson.class, () -> payload);
                    RawJson event = context.waitForEvent("go", RawJson.class, null);
                    assertThat(context.step("again", RawJson.class, () -> event))
                            .isEqualTo(event);
                    return new RawJson("[" + step.text() + "," + event.text() + "]");
                })
                .start());
        String id = client().start("raw", new RawJson(letter), null).id();
        client().deliver(id, "go", new RawJson(letter));
        Execution end = ended(id);
        String kept = letter.replace("\\u00e9", "é");
        assertThat(end.rawPayload().text().replace("\\u00e9", "é")).isEqualTo(kept);
        assertThat(end.rawResult().text().replace("\\u00e9", "é")).isEqualTo("[" + kept + "," + kept + "]");
        for (String value : List.of("null", "1.50", "\"x\"", "true", "-12", "[]")) {
            client().start("raw", new RawJson(value), "raw-" + value.hashCode());
            client().deliver("raw-" + value.hashCode(), "go", new RawJson(value));
            assertThat(ended("raw-" + value.hashCode()).rawResult().text()).isEqualTo("[" + value + "," + value + "]");
        }
    }

    @Test
    void aCancelTravelsToChildrenInPythonByTheirPolicy() {
        Language.PYTHON.assumePresent();
        serve("cancelling", (context, payload) -> {
            ObjectNode abandon = new ObjectMapper().createObjectNode().put("onParentCancel", "abandon");
            String follows = context.startChild("follows", "approval", Map.of(), null);
            String stays = context.startChild("stays", "approval", Map.of(), abandon);
            return context.waitForChildren("both", List.of(follows, stays));
        });
        try (ClientProcess python = ClientProcess.samples(Language.PYTHON, service.url(), Map.of())) {
            String parent = client().start("cancelling", null, null).id();
            String follows = parent + ":0:follows";
            String stays = parent + ":0:stays";
            awaitWaiting(parent, "children");
            awaitWaiting(follows, "event");
            awaitWaiting(stays, "event");
            client().cancel(parent);
            assertThat(ended(follows).status()).isEqualTo("cancelled");
            client().deliver(stays, "approval", "yes");
            assertThat(ended(stays).result().at("/final/event").asText())
                    .as(python.output())
                    .isEqualTo("yes");
        }
    }

    private static void awaitWaiting(String id, String kind) {
        await(id + " waits for " + kind)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() ->
                        client().get(id).record().at("/waiting/kind").asText().equals(kind));
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
