package io.zart.server.breaking;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.breaking.Order.End;
import io.zart.server.testing.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rolling upgrade, a roll-back in the middle and the rest of the upgrade, under load: two instances, each replaced in turn. The
 * system property names the directory of the older jar ({@code quarkus-app}); {@code src/breaking/upgrade.sh} builds one.
 */
@EnabledIfSystemProperty(named = "zart.upgrade.from", matches = ".+")
class UpgradeIT {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final int MIXED_MILLIS = 8_000;
    private static final int OF_EACH = 5;

    @TempDir
    Path home;

    @Test
    void whatIsStartedOnOneReleaseEndsRightOnTheOtherInBothDirections() throws Exception {
        Path older = Path.of(System.getProperty("zart.upgrade.from"), "quarkus-run.jar");
        long seed = Long.getLong("zart.breaking.seed", System.nanoTime());
        Report report = new Report();
        try (Fleet fleet = new Fleet(new OwnPostgres(home), 2, LEASE, older);
                Clients clients = new Clients(fleet, seed, report)) {
            Random random = new Random(seed);
            Requests requests = new Requests(new Client(fleet, random, report), "upgrade", random, report);
            Faults.pause(MIXED_MILLIS);
            replace(fleet, requests, 0, ServiceProcess.PROGRAM);
            replace(fleet, requests, 0, older);
            replace(fleet, requests, 1, ServiceProcess.PROGRAM);
            replace(fleet, requests, 0, ServiceProcess.PROGRAM);
            clients.finish();
            List<String> complaints = new Audit(new Client(fleet, random, report), report).complaints();
            System.out.printf("upgrade, seed %d: %s%n", seed, report);
            assertThat(complaints)
                    .as("with -Dzart.breaking.seed=%d: %s", seed, report)
                    .isEmpty();
        }
    }

    /** Replaces an instance while some of the work waits, sleeps and runs: it ends on what is there then. */
    private static void replace(Fleet fleet, Requests requests, int index, Path program) {
        List<Order> waiting = new ArrayList<>();
        for (int i = 0; i < OF_EACH; i++) {
            waiting.add(started(requests, "approval", "null", "{\"prepared\":\"prepared\",\"final\":{\"event\":5}}"));
            started(requests, "sleeper", "{\"seconds\":4}", "{\"slept\":4}");
            started(requests, "slow", "{\"ms\":1500}", "[\"done\",\"done2\"]");
            started(requests, "flaky", "{\"delayMs\":1500}", "{\"succeededOnAttempt\":2}");
        }
        assertThat(fleet.instance(index).terminate()).as("exit code").isZero();
        fleet.launch(index, program);
        fleet.awaitReady();
        waiting.forEach(order -> requests.event(order, "approval", "5"));
        Faults.pause(MIXED_MILLIS);
    }

    private static Order started(Requests requests, String task, String payload, String result) {
        Order order = requests.order(task, payload, End.COMPLETED, result);
        requests.start(order);
        return order;
    }
}
