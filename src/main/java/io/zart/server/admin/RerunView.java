package io.zart.server.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.execution.OperatorStore.Rerun;
import java.util.List;

/** A rerun on the wire; {@code potentiallyStale} is left out when it is empty. */
@RegisterForReflection
public record RerunView(
        int newRunNumber,
        List<String> effectiveRerun,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<StaleView> potentiallyStale) {

    /** A carried step that may rest on steps that run again. */
    @RegisterForReflection
    public record StaleView(String preservedStep, List<String> possiblyDependsOn) {}

    static RerunView of(Rerun rerun) {
        return new RerunView(
                rerun.newRunIndex(),
                rerun.plan().effective(),
                rerun.plan().stale().stream()
                        .map(stale -> new StaleView(stale.step(), stale.dependsOn()))
                        .toList());
    }
}
