package io.zart.server.breaking;

import io.zart.server.breaking.Proxy.Mode;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Breaks one thing at a time, in an order that the seed decides, and mends it again. */
final class Faults {

    private interface Fault {
        void happen() throws Exception;
    }

    private record Named(String name, Fault fault) {}

    private final Fleet fleet;
    private final Random random;
    private final List<Named> all;

    Faults(Fleet fleet, Random random) {
        this.fleet = fleet;
        this.random = random;
        this.all = List.of(
                new Named("kill -9 of an instance", this::kill),
                new Named("SIGTERM of an instance", this::terminate),
                new Named("an instance frozen beyond its lease", this::freezeInstance),
                new Named("crash of PostgreSQL", this::crashDatabase),
                new Named("a frozen PostgreSQL", this::freezeDatabase),
                new Named("backends terminated", this::terminateBackends),
                new Named("listeners terminated", () -> database().terminateListeners()),
                new Named("statements cancelled in the middle of a batch", this::cancelStatements),
                new Named("a slow network", () -> network(Mode.SLOW, 3000)),
                new Named("a silent network", () -> network(Mode.SILENT, 4000)),
                new Named("a cut network", () -> network(Mode.CUT, 2000)),
                new Named("connections reset", () -> fleet.network(any()).reset()));
    }

    /** How many kinds there are. */
    int kinds() {
        return all.size();
    }

    /**
     * Lets one happen and waits until it is over.
     *
     * @param kind which, from 0; they repeat
     * @return its name
     */
    String happen(int kind) throws Exception {
        Named fault = all.get(kind % all.size());
        fault.fault().happen();
        return fault.name();
    }

    private OwnPostgres database() {
        return fleet.postgres();
    }

    private int any() {
        return random.nextInt(fleet.size());
    }

    private void kill() {
        int index = any();
        fleet.instance(index).kill();
        fleet.launch(index);
        fleet.instance(index).awaitReady();
    }

    private void terminate() {
        int index = any();
        int code = fleet.instance(index).terminate();
        if (code != 0) {
            throw new AssertionError("exit code " + code + " after SIGTERM");
        }
        fleet.launch(index);
        fleet.instance(index).awaitReady();
    }

    private void freezeInstance() {
        int index = any();
        fleet.instance(index).signal("STOP");
        pause(1500L * Fleet.LEASE_SECONDS);
        fleet.instance(index).signal("CONT");
    }

    private void crashDatabase() {
        database().crash();
        pause(500);
        database().start();
    }

    private void freezeDatabase() {
        database().freeze();
        pause(4000);
        database().thaw();
    }

    private void terminateBackends() {
        for (int i = 0; i < 5; i++) {
            database().terminateBackends(0.3);
            pause(200);
        }
    }

    private void cancelStatements() {
        database().cancelAfter(2);
        pause(2000);
        database().cancelAfter(0);
    }

    private void network(Mode mode, long millis) {
        Proxy one = fleet.network(any());
        one.mode(mode);
        pause(millis);
        one.mode(Mode.PASS);
    }

    static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
