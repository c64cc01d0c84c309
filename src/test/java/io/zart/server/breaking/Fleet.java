package io.zart.server.breaking;

import io.zart.server.testing.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Packaged instances of the service, each with a network of its own to one PostgreSQL. */
final class Fleet implements AutoCloseable {

    private static final int MOST_ERRORS = 10;

    private final OwnPostgres postgres;
    private final Duration lease;
    private final List<Proxy> networks = new ArrayList<>();
    private final AtomicReferenceArray<ServiceProcess> instances;
    private final Queue<ServiceProcess> launched = new ConcurrentLinkedQueue<>();

    /** @param postgres is closed with it */
    Fleet(OwnPostgres postgres, int size, Duration lease) {
        this(postgres, size, lease, ServiceProcess.PROGRAM);
    }

    /** A fleet of another build. */
    Fleet(OwnPostgres postgres, int size, Duration lease, Path program) {
        this.postgres = postgres;
        this.lease = lease;
        instances = new AtomicReferenceArray<>(size);
        for (int i = 0; i < size; i++) {
            networks.add(new Proxy(postgres::port));
            launch(i, program);
        }
        awaitReady();
    }

    Duration lease() {
        return lease;
    }

    int size() {
        return networks.size();
    }

    OwnPostgres postgres() {
        return postgres;
    }

    Proxy network(int index) {
        return networks.get(index);
    }

    ServiceProcess instance(int index) {
        return instances.get(index);
    }

    /** Starts a new process in that place, on a port of its own; the old one must have ended. */
    void launch(int index) {
        launch(index, ServiceProcess.PROGRAM);
    }

    /** The same with another build. */
    void launch(int index, Path program) {
        Map<String, String> settings = Map.of(
                "ZART_DATABASE_URL",
                "postgresql://postgres:postgres@127.0.0.1:"
                        + networks.get(index).port() + "/postgres",
                "ZART_SAMPLES_ENABLED",
                "true",
                "ZART_LEASE",
                lease.toSeconds() + "s",
                "ZART_DATABASE_MAX_SIZE",
                "8");
        ServiceProcess process = ServiceProcess.launchOther(program, settings);
        launched.add(process);
        instances.set(index, process);
    }

    /** The first lines that its instances, those of earlier among them, have logged as errors. */
    List<String> errors() {
        return launched.stream()
                .flatMap(process -> process.output().lines())
                .filter(line -> line.contains(" ERROR "))
                .limit(MOST_ERRORS)
                .toList();
    }

    /** Everything as it should be: no fault is left, every instance runs and is ready. */
    void heal() {
        postgres.thaw();
        networks.forEach(network -> network.mode(Proxy.Mode.PASS));
        for (int i = 0; i < size(); i++) {
            instance(i).signal("CONT");
        }
        awaitReady();
    }

    void awaitReady() {
        for (int i = 0; i < size(); i++) {
            instance(i).awaitReady();
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < size(); i++) {
            instance(i).close();
            networks.get(i).close();
        }
        postgres.close();
    }
}
