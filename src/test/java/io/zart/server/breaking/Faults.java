package io.zart.server.breaking;

import io.zart.server.breaking.Proxy.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Breaks one thing at a time, in an order that the seed decides, and mends it again. Not thread-safe. */
final class Faults {

    /** What breaks; says how much it hit, 0 for nothing. */
    private interface Fault {
        long happen() throws Exception;
    }

    private record Named(String name, Fault fault) {}

    /** How long a refusal of writes may take to be noticed by the statistics of PostgreSQL. */
    private static final int MOST_LOOKS = 40;

    private final Fleet fleet;
    private final Random random;
    private final List<Named> all = new ArrayList<>();
    private final List<Named> next = new ArrayList<>();

    Faults(Fleet fleet, Random random) {
        this.fleet = fleet;
        this.random = random;
        add("kill -9 of an instance", this::kill);
        add("SIGTERM of an instance", this::terminate);
        add("an instance frozen beyond its lease", this::freezeInstance);
        add("crash of PostgreSQL", this::crashDatabase);
        add("a frozen PostgreSQL", this::freezeDatabase);
        add("backends terminated", this::terminateBackends);
        add("listeners terminated", () -> database().terminateListeners());
        add("statements cancelled in the middle of a batch", this::cancelStatements);
        add("writes refused", this::refuseWrites);
        if (database().disk() != null) {
            add("a full disk", this::fillDisk);
        }
        add("a slow network", () -> network(Mode.SLOW, 3000));
        add("a silent network", () -> network(Mode.SILENT, 4000));
        add("a cut network", () -> network(Mode.CUT, 2000));
        add("connections reset", this::resetConnections);
    }

    private void add(String name, Fault fault) {
        all.add(new Named(name, fault));
    }

    /** How many kinds there are. */
    int kinds() {
        return all.size();
    }

    /** Lets one happen, none a second time before all have had their turn, and waits until it is over. */
    void one(Report report) throws Exception {
        if (next.isEmpty()) {
            next.addAll(all);
        }
        Named fault = next.remove(random.nextInt(next.size()));
        if (fault.fault().happen() > 0) {
            report.injected(fault.name());
        } else {
            report.offences.add("the harness hit nothing with: " + fault.name());
        }
        pause(500 + random.nextInt(1500));
    }

    private OwnPostgres database() {
        return fleet.postgres();
    }

    private int any() {
        return random.nextInt(fleet.size());
    }

    private long kill() {
        int index = any();
        fleet.instance(index).kill();
        fleet.launch(index);
        fleet.instance(index).awaitReady();
        return 1;
    }

    private long terminate() {
        int index = any();
        int code = fleet.instance(index).terminate();
        if (code != 0) {
            throw new AssertionError("exit code " + code + " after SIGTERM");
        }
        fleet.launch(index);
        fleet.instance(index).awaitReady();
        return 1;
    }

    private long freezeInstance() {
        int index = any();
        fleet.instance(index).signal("STOP");
        pause(fleet.lease().toMillis() * 3 / 2);
        fleet.instance(index).signal("CONT");
        return 1;
    }

    private long crashDatabase() {
        database().crash();
        pause(500);
        database().start();
        return 1;
    }

    private long freezeDatabase() {
        database().freeze();
        pause(4000);
        database().thaw();
        return 1;
    }

    private long terminateBackends() {
        long hit = 0;
        for (int i = 0; i < 5; i++) {
            hit += database().terminateBackends(0.3);
            pause(200);
        }
        return hit;
    }

    private long cancelStatements() {
        long before = database().rollbacks();
        database().set("statement_timeout", "2");
        database().lockForASecond();
        long hit = refused(before);
        database().set("statement_timeout", "0");
        return hit;
    }

    /** As on a server that a fail-over has made a standby. */
    private long refuseWrites() {
        long before = database().rollbacks();
        database().set("default_transaction_read_only", "on");
        long hit = refused(before);
        database().set("default_transaction_read_only", "off");
        return hit;
    }

    private long fillDisk() {
        long before = database().rollbacks();
        database().disk().fill();
        long hit = refused(before);
        database().disk().empty();
        return hit;
    }

    private long refused(long before) {
        pause(2000);
        long now = database().rollbacks();
        for (int look = 0; look < MOST_LOOKS && now == before; look++) {
            pause(250);
            now = database().rollbacks();
        }
        return now - before;
    }

    private long network(Mode mode, long millis) {
        Proxy one = fleet.network(any());
        int hit = one.connections();
        one.mode(mode);
        pause(millis);
        one.mode(Mode.PASS);
        return hit;
    }

    private long resetConnections() {
        Proxy one = fleet.network(any());
        int hit = one.connections();
        one.reset();
        return hit;
    }

    static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
