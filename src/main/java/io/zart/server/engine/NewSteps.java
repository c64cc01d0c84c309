package io.zart.server.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The new steps of a body whose chains of steps go side by side: whether one of them belongs to a changed body can only be told
 * once the body has asked for everything that the run has recorded. Until then they are held back; a body that asks for nothing
 * more, and has not asked for a recorded step, has changed, and the new step would do its work twice. Confined to the mailbox.
 */
final class NewSteps {

    private final Activation activation;
    private final Drift drift;
    private final Map<History.Place, Runnable> held = new LinkedHashMap<>();
    private Timers.Handle settled = () -> {};

    NewSteps(Activation activation, Drift drift) {
        this.activation = activation;
        this.drift = drift;
    }

    /** Begins the step, at once or when the body has asked for what is recorded; never if it is drift. */
    void admit(History.Place place, Runnable beginning) {
        if (place.known() != null || drift.allReached()) {
            beginning.run();
            return;
        }
        // Held back is not idle: the activation must not be given up meanwhile.
        activation.parking().workBegins();
        held.put(place, beginning);
        watch();
    }

    /** The body has reached a step, or nothing further may begin. */
    void progressed() {
        if (held.isEmpty()) {
            return;
        }
        if (drift.allReached() || activation.draining()) {
            settled.cancel();
            List<Runnable> begin = new ArrayList<>(held.values());
            held.clear();
            begin.forEach(beginning -> {
                activation.parking().workEnds();
                beginning.run();
            });
        } else {
            watch();
        }
    }

    private void watch() {
        settled.cancel();
        settled = activation.timers().whenSettled(() -> activation.execute(this::decide));
    }

    private void decide() {
        if (!held.isEmpty() && activation.goesOn()) {
            History.Place first = held.keySet().iterator().next();
            activation.calls().drifted(first.name(), drift.missed(first));
        }
    }

    /** Drops the timer of an activation that is over. */
    void close() {
        settled.cancel();
        held.clear();
    }
}
