package io.zart.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Lease;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.Stats;
import io.zart.server.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/** The store and its model side by side: what both are asked, what was answered, which leases were ever given. Not thread-safe. */
final class Twin implements AutoCloseable {

    static final String TASK = "task";
    static final List<String> IDS = List.of("a", "b", "c");

    final RealStore store;
    final Map<String, Model> models = new TreeMap<>();
    /** All leases ever given, in their order. */
    final List<Lease> leases = new ArrayList<>();

    private final Seen seen;
    private final List<String> log = new ArrayList<>();

    Twin(TestDatabase database) {
        store = new RealStore(database);
        seen = new Seen(store.operators, store);
    }

    /** Notes what is asked, and holds the answer of the store against that of the model. */
    void same(String asked, Object expected, Object answered) {
        log.add(asked + " → " + answered);
        assertThat(answered).as(asked).isEqualTo(expected);
    }

    /** What the store says, or the code of its refusal. */
    static <T> Object answer(Uni<T> uni, Function<T, ?> shown) {
        try {
            return shown.apply(RealStore.await(uni));
        } catch (DomainException e) {
            return e.code().name();
        }
    }

    /** Holds everything that can be seen against the model. */
    void compare() {
        models.forEach((id, model) -> {
            log.add("look at " + id);
            assertThat(seen.of(id)).as("execution " + id).isEqualTo(model.view());
            log.remove(log.size() - 1);
        });
        assertThat(RealStore.await(store.service.stats())).as("stats").isEqualTo(stats());
    }

    private Stats stats() {
        return new Stats(count("scheduled"), count("running"), count("completed"), count("failed"), count("cancelled"));
    }

    private long count(String status) {
        return models.values().stream()
                .filter(model -> model.status.equals(status))
                .count();
    }

    /** Mostly the lease that is current, sometimes any that ever was; null as long as there is none. */
    Lease lease(Random random) {
        List<Lease> live = leases.stream().filter(this::live).toList();
        List<Lease> from = live.isEmpty() || random.nextInt(5) == 0 ? leases : live;
        return from.isEmpty() ? null : from.get(random.nextInt(from.size()));
    }

    boolean live(Lease lease) {
        return models.get(lease.executionId()).live(lease.epoch());
    }

    static JsonText json(String text) {
        return new JsonText(text);
    }

    String log() {
        return String.join("\n", log);
    }

    @Override
    public void close() {
        store.close();
    }
}
