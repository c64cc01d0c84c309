package io.zart.server.worker;

import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.PauseGate.Hold;
import java.util.List;
import java.util.Objects;

/** Parks of tasks that nothing but pause rules holds. */
final class Pauses {

    private Pauses() {}

    /**
     * A park until one of the rules goes.
     *
     * @param holds at least one
     * @param version the state of the rules
     * @param unbegun whether the body has not begun
     */
    static Park park(Lease lease, List<Hold> holds, long version, boolean unbegun) {
        Hold shown = holds.get(0);
        Long until = holds.stream()
                .map(Hold::remainingMillis)
                .filter(Objects::nonNull)
                .min(Long::compare)
                .orElse(null);
        List<String> ids = holds.stream().map(Hold::ruleId).distinct().toList();
        return new Park(
                lease,
                until,
                null,
                "paused",
                shown.ruleId(),
                shown.remainingMillis(),
                List.of(),
                List.of(),
                new Park.Held(ids, version, unbegun));
    }
}
