package io.zart.server.breaking;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Breaks packaged instances and their PostgreSQL under load and checks that nothing acknowledged is lost. The seed decides what
 * is asked and what breaks, though not how the two meet in time.
 */
final class Breaking {

    private static final int CLIENTS = 6;

    private final long seed;
    private final Duration time;
    private final int instances;

    Breaking(long seed, Duration time, int instances) {
        this.seed = seed;
        this.time = time;
        this.instances = instances;
    }

    /**
     * Runs it.
     *
     * @param home where the data of PostgreSQL lies
     * @return what is wrong, nothing if all is well
     */
    List<String> run(Path home) throws Exception {
        try (Fleet fleet = new Fleet(home, instances)) {
            Client client = new Client(fleet);
            Load load = new Load(client);
            long end = System.nanoTime() + time.toNanos();
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            try {
                List<? extends Future<?>> clients = IntStream.range(0, CLIENTS)
                        .mapToObj(number -> threads.submit(() -> {
                            Random random = new Random(seed * 31 + number);
                            while (System.nanoTime() < end) {
                                load.one(random);
                                Faults.pause(random.nextInt(100));
                            }
                        }))
                        .toList();
                breakThings(fleet, end);
                fleet.heal();
                for (Future<?> each : clients) {
                    each.get();
                }
                List<String> complaints = new Audit(client).of(load.orders);
                System.out.printf(
                        "seed %d: %d executions, answers %s, %s requests without an answer, %d complaints%n",
                        seed, load.orders.size(), client.statuses, client.unanswered, complaints.size());
                return complaints;
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private void breakThings(Fleet fleet, long end) throws Exception {
        Random random = new Random(seed);
        Faults faults = new Faults(fleet, random);
        List<Integer> kinds = new java.util.ArrayList<>(
                IntStream.range(0, faults.kinds()).boxed().toList());
        for (int i = 0; System.nanoTime() < end; i++) {
            if (i % kinds.size() == 0) {
                java.util.Collections.shuffle(kinds, random);
            }
            String fault = faults.happen(kinds.get(i % kinds.size()));
            System.out.println("over: " + fault);
            Faults.pause(500 + random.nextInt(1500));
        }
    }
}
