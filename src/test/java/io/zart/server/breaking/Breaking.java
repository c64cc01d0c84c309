package io.zart.server.breaking;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Breaks packaged instances and their PostgreSQL under load and checks that nothing acknowledged is lost. The seed decides what
 * is asked and what breaks, though not how the two meet in time.
 */
final class Breaking {

    /** Short, so that what a fault interrupts goes on soon. */
    private static final Duration LEASE = Duration.ofSeconds(3);

    /** The least that a fault and the recovery from it take, on a machine with two processors. */
    private static final int SECONDS_OF_A_FAULT = 9;

    private static final int DISK_MEGABYTES = 150;

    private final long seed;
    private final Duration time;
    private final int instances;

    Breaking(long seed, Duration time, int instances) {
        this.seed = seed;
        this.time = time;
        this.instances = instances;
    }

    /**
     * Runs it, for longer if the faults that the seed has chosen have not all happened by then. A run of some minutes reaches
     * every kind.
     *
     * @param home where the data of PostgreSQL lies
     * @return what is wrong, nothing if all is well
     */
    List<String> run(Path home) throws Exception {
        Report report = new Report();
        OwnPostgres postgres = new OwnPostgres(home);
        if (!postgres.ontoSmallDisk(DISK_MEGABYTES + (int) time.toSeconds())) {
            System.out.println("this system gives a test no disk of its own: no fault fills it");
        }
        try (Fleet fleet = new Fleet(postgres, instances, LEASE);
                Clients clients = new Clients(fleet, seed, report)) {
            int chosen = breakThings(fleet, report);
            fleet.heal();
            clients.finish();
            List<String> complaints = new Audit(new Client(fleet, new Random(seed), report), report).complaints();
            complaints.addAll(fleet.errors());
            System.out.printf("seed %d: %s, %d complaints%n", seed, report, complaints.size());
            if (report.injected().size() < chosen) {
                complaints.add("only " + report.injected() + " were injected, not " + chosen + " kinds");
            }
            return complaints;
        }
    }

    private int breakThings(Fleet fleet, Report report) throws Exception {
        Faults faults = new Faults(fleet, new Random(seed));
        int chosen = Math.min(faults.kinds(), Math.max(1, (int) time.toSeconds() / SECONDS_OF_A_FAULT));
        long end = System.nanoTime() + time.toNanos();
        for (int happened = 0; happened < chosen || System.nanoTime() < end; happened++) {
            faults.one(report);
        }
        return chosen;
    }
}
