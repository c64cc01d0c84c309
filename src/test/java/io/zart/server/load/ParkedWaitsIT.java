package io.zart.server.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.testing.Metrics;
import io.zart.server.testing.ServiceClient;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Many waits parked at one packaged instance that runs nothing, while another one does the work. */
class ParkedWaitsIT {

    private static final int WAITS = 2_000;
    private static final int COMPLETIONS = 50;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** All parked waits of an instance together may cost one statement a second; as much again for the noise of the counts. */
    private static final double STATEMENTS_A_SECOND = 2;

    /** A hint, not the read every five seconds that makes up for a lost one: far above what is usual, far below that. */
    private static final Duration BY_A_HINT = Duration.ofMillis(250);

    private static final String LISTENERS = "from pg_stat_activity where datname = current_database()"
            + " and (query like 'listen zart%' or query = 'notify zart_ping')";

    private static TestDatabase database;
    private static ServiceProcess waiting;
    private static ServiceProcess working;
    private static ServiceClient here;
    private static ServiceClient there;

    @BeforeAll
    static void open() {
        database = TestDatabase.create();
        waiting = ServiceProcess.start(
                Map.of("ZART_DATABASE_URL", database.url(), "ZART_WORKER_CONCURRENCY", "0", "ZART_WAIT_MAX", "55s"));
        working = ServiceProcess.start(Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "true"));
        here = new ServiceClient(waiting.url());
        there = new ServiceClient(working.url());
    }

    @AfterAll
    static void close() {
        waiting.close();
        working.close();
        database.drop();
    }

    private static double waitedFor() {
        return Metrics.sum(here.get("/metrics").text(), "zart_waited_for", "");
    }

    private static List<String> started(String prefix, int count) {
        List<String> ids = IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
        each(ids, id -> assertThat(there.start(id, "approval", "null").status()).isEqualTo(201));
        await("all wait for their event")
                .atMost(PATIENCE)
                .until(() -> database.pairs(
                                "select count(*)::text, '' from task where wait_kind = 'event' and execution_id like '"
                                        + prefix + "%'")
                        .containsKey(Integer.toString(count)));
        return ids;
    }

    private static void each(List<String> ids, Consumer<String> action) {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<CompletableFuture<Void>> all = ids.stream()
                    .map(id -> CompletableFuture.runAsync(() -> action.accept(id), threads))
                    .toList();
            all.forEach(
                    one -> one.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void parkedWaitsCostNoStatementsLeaveWithTheirClientsAndOutliveTheListener(TestReporter reporter) {
        List<String> ids = started("parked-", WAITS);
        double without = statementsASecond();
        List<CompletableFuture<ServiceClient.Answer>> waits = new ArrayList<>();
        ids.forEach(id -> waits.add(here.park(id)));
        await("all are parked").atMost(PATIENCE).until(() -> waitedFor() == WAITS);
        double with = statementsASecond();
        reporter.publishEntry("statements a second without waits", Double.toString(without));
        reporter.publishEntry("statements a second with " + WAITS + " waits", Double.toString(with));
        assertThat(with - without).isLessThan(STATEMENTS_A_SECOND);

        int leaving = WAITS / 2;
        waits.subList(0, leaving).forEach(wait -> wait.cancel(true));
        await("places of clients that went away").atMost(PATIENCE).until(() -> waitedFor() == WAITS - leaving);

        assertThat(database.pairs("select pid::text, pg_terminate_backend(pid)::text " + LISTENERS))
                .hasSize(2);
        each(
                ids.subList(leaving, WAITS),
                id -> assertThat(there.deliver(id, "approval").status()).isEqualTo(202));
        for (CompletableFuture<ServiceClient.Answer> wait : waits.subList(leaving, WAITS)) {
            ServiceClient.Answer answer =
                    wait.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("status").asText()).isEqualTo("completed");
        }
        assertThat(waitedFor()).isZero();
        await("both listen again")
                .atMost(PATIENCE)
                .until(() -> database.pairs("select pid::text, '' " + LISTENERS).size() == 2);
    }

    private static double statementsASecond() {
        long before = commits();
        long from = System.nanoTime();
        await("the end of the window").atMost(PATIENCE).until(() -> System.nanoTime() - from > WINDOW.toNanos());
        return (commits() - before) * 1e9 / (System.nanoTime() - from);
    }

    private static long commits() {
        return Long.parseLong(database.pairs("select 'commits', xact_commit::text from pg_stat_database"
                        + " where datname = current_database()")
                .get("commits"));
    }

    @Test
    void aWaitHereEndsByTheHintOfACompletionThere(TestReporter reporter) {
        List<Duration> latencies = new ArrayList<>();
        for (String id : started("hint-", COMPLETIONS)) {
            double others = waitedFor();
            CompletableFuture<Instant> answered = new CompletableFuture<>();
            CompletableFuture<JsonNode> end = here.park(id).thenApply(answer -> {
                answered.complete(Instant.now());
                return answer.json();
            });
            await("it is parked").atMost(PATIENCE).until(() -> waitedFor() > others);
            there.deliver(id, "approval");
            JsonNode record =
                    end.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
            latencies.add(
                    Duration.between(Instant.parse(record.path("completedAt").asText()), answered.join()));
        }
        List<Duration> sorted = latencies.stream().sorted().toList();
        Duration median = sorted.get(COMPLETIONS / 2);
        reporter.publishEntry("completion there to answer here, median", median.toString());
        reporter.publishEntry("the longest", sorted.get(COMPLETIONS - 1).toString());
        assertThat(median).isLessThan(BY_A_HINT);
    }
}
