package io.zart.server.pause;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Act;
import java.util.List;

/** The durable pause rules. Non-blocking; fails as the other stores do. */
public interface PauseStore {

    /** The rules that apply now, oldest first. */
    Uni<Applying> applying();

    /**
     * The rules of one moment.
     *
     * @param version grows with every change of the rules
     */
    record Applying(long version, List<Timed> rules) {}

    /**
     * A rule that applies.
     *
     * @param remainingMillis until it expires, null for never
     */
    record Timed(PauseRule rule, Long remainingMillis) {}

    /**
     * Keeps a new rule; its createdAt is set here.
     *
     * @return the kept rule, or null when it would have expired already
     */
    Uni<PauseRule> create(PauseRule rule);

    /**
     * Deletes a rule, softly.
     *
     * @return whether there was one that was not deleted yet
     */
    Uni<Boolean> delete(String ruleId, Act act);

    /** Rules, newest first. */
    Uni<List<PauseRule>> list(boolean includeDeleted, boolean includeExpired);

    /** Makes due what is held by a rule that does not apply any more; the answer holds the task names, each once. */
    Uni<List<String>> release();
}
