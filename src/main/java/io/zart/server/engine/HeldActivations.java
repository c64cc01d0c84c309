package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The activations under way and their leases, which are renewed at a third of their length. Thread-safe, never blocks. */
final class HeldActivations {

    private final Journal journal;
    private final Timers timers;
    private final EngineListener listener;
    private final Duration lease;
    private final Map<String, Activation> held = new ConcurrentHashMap<>();

    HeldActivations(Journal journal, Timers timers, EngineListener listener, Duration lease) {
        this.journal = journal;
        this.timers = timers;
        this.listener = listener;
        this.lease = lease;
    }

    void add(Activation activation) {
        held.put(activation.lease().executionId(), activation);
    }

    void remove(Activation activation) {
        held.remove(activation.lease().executionId(), activation);
    }

    int size() {
        return held.size();
    }

    void forEach(Consumer<Activation> action) {
        held.values().forEach(action);
    }

    /** Renews all leases again and again, as long as it runs or something is held. */
    void keepAlive(BooleanSupplier running) {
        timers.after(lease.toMillis() / 3, () -> {
            renew(List.copyOf(held.values()));
            if (running.getAsBoolean() || !held.isEmpty()) {
                keepAlive(running);
            }
        });
    }

    /** The run of that record has ended. A later run, begun in the meantime, may be held here already: it goes on. */
    void ended(Execution execution) {
        Activation activation = held.get(execution.id());
        if (activation != null && activation.lease().runIndex() <= execution.runIndex()) {
            activation.lost();
        }
    }

    /** Asks the store whether the leases of those executions that are held here are still current. */
    void askAfter(Collection<String> executionIds) {
        renew(executionIds.stream().map(held::get).filter(Objects::nonNull).toList());
    }

    private void renew(List<Activation> activations) {
        if (!activations.isEmpty()) {
            journal.renewAll(activations.stream().map(Activation::heartbeat).toList(), lease)
                    .subscribe()
                    .with(
                            lost -> renewed(activations, lost),
                            failure -> Log.warnf("leases not renewed: %s", failure.getMessage()));
        }
    }

    private void renewed(List<Activation> activations, Set<String> lost) {
        listener.leasesRenewed(activations.size() - lost.size());
        activations.stream()
                .filter(activation -> lost.contains(activation.lease().executionId()))
                .forEach(Activation::lost);
    }

    /**
     * Ends all activations and hands their leases back, so that other instances go on at once. Tries until the database has taken
     * them: how long, is said by whoever waits for it.
     *
     * @param due is told each task name of which there is work now
     */
    Uni<Void> handOver(Consumer<String> due) {
        List<Activation> activations = List.copyOf(held.values());
        activations.forEach(Activation::lost);
        List<Lease> leases = activations.stream().map(Activation::lease).toList();
        return activations.isEmpty()
                ? Uni.createFrom().voidItem()
                : Retries.whileAway(() -> journal.release(leases))
                        .invoke(() -> activations.stream()
                                .map(activation -> activation.execution().taskName())
                                .distinct()
                                .forEach(due));
    }
}
