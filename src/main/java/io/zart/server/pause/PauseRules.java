package io.zart.server.pause;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.zart.server.engine.PauseGate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The rules that apply, kept in memory, so that no statement of the dispatcher has to look at them. They are read anew when a
 * notification or the version in an answer of the database says that they have changed, and now and then.
 */
public final class PauseRules implements PauseGate {

    private record Kept(PauseRule rule, Glob steps, Long expiresAt) {

        boolean applies(String executionId, String taskName, long now) {
            return (expiresAt == null || expiresAt > now)
                    && (rule.executionId() == null || rule.executionId().equals(executionId))
                    && (rule.taskName() == null || rule.taskName().equals(taskName));
        }

        Hold hold(long now) {
            return new Hold(rule.ruleId(), expiresAt == null ? null : Long.valueOf(Math.max(1, expiresAt - now)));
        }
    }

    private record Known(long version, List<Kept> rules) {}

    private final PauseStore store;
    private final LongSupplier millis;
    private final AtomicReference<Known> known = new AtomicReference<>(new Known(-1, List.of()));
    private volatile Runnable onChange = () -> {};

    /** @param millis a clock that never goes back */
    public PauseRules(PauseStore store, LongSupplier millis) {
        this.store = store;
        this.millis = millis;
    }

    /** Calls back after each change, once the new rules apply here. Must not block. */
    public void onChange(Runnable callback) {
        onChange = callback;
    }

    /** Reads the rules; fails when the database is away. */
    public Uni<Void> refresh() {
        return store.applying().invoke(this::learn).replaceWithVoid();
    }

    private void learn(PauseStore.Applying read) {
        long now = millis.getAsLong();
        Known next = new Known(
                read.version(),
                read.rules().stream()
                        .map(timed -> new Kept(
                                timed.rule(),
                                timed.rule().stepPattern() == null
                                        ? null
                                        : Glob.of(timed.rule().stepPattern()),
                                timed.remainingMillis() == null ? null : Long.valueOf(now + timed.remainingMillis())))
                        .toList());
        Known before = known.getAndUpdate(current -> current.version() < next.version() ? next : current);
        if (before.version() < next.version()) {
            onChange.run();
        }
    }

    @Override
    public Hold body(String executionId, String taskName) {
        List<Kept> rules = known.get().rules();
        if (rules.isEmpty()) {
            return null;
        }
        long now = millis.getAsLong();
        for (Kept kept : rules) {
            if (kept.steps() == null && kept.applies(executionId, taskName, now)) {
                return kept.hold(now);
            }
        }
        return null;
    }

    @Override
    public Hold step(String executionId, String taskName, String stepName) {
        List<Kept> rules = known.get().rules();
        if (rules.isEmpty()) {
            return null;
        }
        long now = millis.getAsLong();
        for (Kept kept : rules) {
            if (kept.applies(executionId, taskName, now)
                    && (kept.steps() == null || kept.steps().matches(stepName))) {
                return kept.hold(now);
            }
        }
        return null;
    }

    @Override
    public List<Hold> holds(String executionId, String taskName) {
        long now = millis.getAsLong();
        return applying(executionId, taskName, now).map(kept -> kept.hold(now)).toList();
    }

    @Override
    public List<String> patterns(String executionId, String taskName) {
        return applying(executionId, taskName, millis.getAsLong())
                .map(kept -> kept.steps() == null ? "*" : kept.rule().stepPattern())
                .distinct()
                .toList();
    }

    private Stream<Kept> applying(String executionId, String taskName, long now) {
        return known.get().rules().stream().filter(kept -> kept.applies(executionId, taskName, now));
    }

    @Override
    public long version() {
        return known.get().version();
    }

    @Override
    public Uni<Void> upTo(long version) {
        if (known.get().version() >= version) {
            return Uni.createFrom().voidItem();
        }
        return refresh()
                .onFailure()
                .invoke(failure -> Log.warnf("pause rules not read: %s", failure.getMessage()))
                .onFailure()
                .recoverWithNull();
    }
}
