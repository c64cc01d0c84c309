package io.zart.server.breaking;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Clients at work, each with a thread and choices of its own, until they are told to stop. */
final class Clients implements AutoCloseable {

    private static final int CLIENTS = 6;
    private static final int LONGEST_PAUSE_MILLIS = 100;

    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<? extends Future<?>> working;
    private volatile boolean stopped;

    /** Begins. The seed decides what each client asks for, and of which instance. */
    Clients(Fleet fleet, long seed, Report report) {
        working = IntStream.range(0, CLIENTS)
                .mapToObj(number -> threads.submit(() -> work(fleet, number, new Random(seed * 31 + number), report)))
                .toList();
    }

    private void work(Fleet fleet, int number, Random random, Report report) {
        Load load = new Load(new Client(fleet, random, report), Integer.toString(number), random, report);
        while (!stopped) {
            load.one();
            Faults.pause(random.nextInt(LONGEST_PAUSE_MILLIS));
        }
    }

    /** Lets each client end what it does, and waits for that. */
    void finish() throws ExecutionException, InterruptedException {
        stopped = true;
        for (Future<?> each : working) {
            each.get();
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
