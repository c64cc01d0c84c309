package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** The pause rules, as this instance knows them. Thread-safe, never blocks. */
public interface PauseGate {

    /** Holds nothing, ever. */
    PauseGate OPEN = new PauseGate() {
        @Override
        public Hold body(String executionId, String taskName) {
            return null;
        }

        @Override
        public Hold step(String executionId, String taskName, String stepName) {
            return null;
        }

        @Override
        public long version() {
            return 0;
        }

        @Override
        public Uni<Void> upTo(long version) {
            return Uni.createFrom().voidItem();
        }
    };

    /**
     * A rule that applies.
     *
     * @param remainingMillis until it expires, null if it does not
     */
    record Hold(String ruleId, Long remainingMillis) {}

    /** The rule because of which that execution starts no body now, null if none. */
    Hold body(String executionId, String taskName);

    /** The rule because of which that step, or a further attempt of it, does not start now; null if none. */
    Hold step(String executionId, String taskName, String stepName);

    /** All rules that hold that execution now, its body or some of its steps. */
    default List<Hold> holds(String executionId, String taskName) {
        return List.of();
    }

    /** The globs of the steps of that execution that do not start now; {@code *} when a rule holds all. */
    default List<String> patterns(String executionId, String taskName) {
        return List.of();
    }

    /** Which state of the rules this is; grows with every change. */
    long version();

    /**
     * Waits until the rules of that version are known here: what a statement answers after a rule's commit is acted on only
     * with that rule. Never fails; when the rules cannot be read, it goes on with those that are known.
     */
    Uni<Void> upTo(long version);
}
