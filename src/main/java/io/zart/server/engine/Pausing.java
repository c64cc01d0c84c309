package io.zart.server.engine;

import java.util.function.Supplier;

/** Holds the body or the steps of one activation while a pause rule says so. Confined to the mailbox of its activation. */
final class Pausing {

    /** The kind of wait that clients see. */
    static final String KIND = "paused";

    private final Activation activation;
    private final PauseGate gate;
    private final String executionId;
    private final String taskName;
    private boolean bodyHeld;
    private long version = Long.MAX_VALUE;

    Pausing(Activation activation, PauseGate gate) {
        this.activation = activation;
        this.gate = gate;
        this.executionId = activation.execution().id();
        this.taskName = activation.execution().taskName();
    }

    /** Begins the body, now or when no rule holds it any more. */
    void body(Runnable begin) {
        bodyHeld = true;
        unlessHeld(() -> gate.body(executionId, taskName), () -> {
            bodyHeld = false;
            begin.run();
        });
    }

    /** Begins that step or its next attempt, now or when no rule holds it any more. */
    void step(String stepName, Runnable begin) {
        unlessHeld(() -> gate.step(executionId, taskName, stepName), begin);
    }

    private void unlessHeld(Supplier<PauseGate.Hold> rule, Runnable begin) {
        // Before the look: a change between the two makes the park be refused, never the other way round.
        long known = gate.version();
        PauseGate.Hold hold = rule.get();
        if (hold == null) {
            begin.run();
            return;
        }
        version = Math.min(version, known);
        Long until = hold.remainingMillis() == null
                ? null
                : Long.valueOf(activation.timers().millis() + hold.remainingMillis());
        Runnable again = () -> unlessHeld(rule, begin);
        activation.parking().await(new PendingWait(KIND, hold.ruleId(), null, until, null, again, event -> {}, again));
    }

    /** All that is held is about to be looked at again. */
    void lookAgain() {
        version = Long.MAX_VALUE;
    }

    /** The state of the rules by which everything held is held. */
    long version() {
        return version;
    }

    /** Whether the body has not begun. */
    boolean bodyHeld() {
        return bodyHeld;
    }
}
