package io.zart.server.pause;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Act;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Creates, lists and deletes pause rules. Non-blocking, thread-safe. */
public final class PauseService {

    /** Covers the way of what other instances were told to start just before the rule was kept. */
    private static final Duration SETTLE = Duration.ofMillis(50);

    private final PauseStore store;
    private final PauseRules rules;
    private final Runnable announce;

    /** @param announce tells the other instances that the rules have changed */
    public PauseService(PauseStore store, PauseRules rules, Runnable announce) {
        this.store = store;
        this.rules = rules;
        this.announce = announce;
    }

    /**
     * Keeps a rule. When this answers, this instance acts by it, the others have been told, and whatever work the database
     * hands out, or whatever step it records, after the commit brings the rule along.
     *
     * @param rule without a time of creation
     */
    public Uni<PauseRule> create(PauseRule rule) {
        if (rule.stepPattern() != null) {
            checkGlob(rule.stepPattern());
        }
        return store.create(rule)
                .onItem()
                .ifNull()
                .failWith(() -> new DomainException(
                        ErrorCode.INVALID_FIELD, "'expiresAt' must be in the future", Map.of("field", "expiresAt")))
                .call(kept -> known().onItem().delayIt().by(SETTLE))
                .memoize()
                .indefinitely();
    }

    private static void checkGlob(String pattern) {
        try {
            Glob.of(pattern);
        } catch (IllegalArgumentException malformed) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    "'stepPattern' is not a valid glob: " + malformed.getMessage(),
                    Map.of("field", "stepPattern"));
        }
    }

    private Uni<Void> known() {
        announce.run();
        return rules.refresh()
                .onFailure()
                .invoke(failure -> Log.warnf("pause rules not read: %s", failure.getMessage()))
                .onFailure()
                .recoverWithNull();
    }

    /** Rules, newest first. */
    public Uni<List<PauseRule>> list(boolean includeDeleted, boolean includeExpired) {
        return store.list(includeDeleted, includeExpired);
    }

    /** Deletes a rule; what it held goes on. 404 when there is none, or it is deleted already. */
    public Uni<Void> resume(String ruleId, Act act) {
        return store.delete(ruleId, act)
                .call(deleted -> {
                    if (!deleted) {
                        throw new DomainException(
                                ErrorCode.PAUSE_RULE_NOT_FOUND, "pause rule '" + ruleId + "' not found");
                    }
                    return known();
                })
                .replaceWithVoid()
                .memoize()
                .indefinitely();
    }
}
