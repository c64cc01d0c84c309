package io.zart.server.execution;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a selective rerun does with the steps of the current run.
 *
 * @param effective steps that are named to run again or are dead, in step order
 * @param carried completed steps that keep their result, in step order
 * @param stale carried steps that come after an effective one, in step order
 */
public record RerunPlan(List<String> effective, List<String> carried, List<Stale> stale) {

    /**
     * A carried step whose result may rest on steps that run again.
     *
     * @param dependsOn the effective steps before it, in step order
     */
    public record Stale(String step, List<String> dependsOn) {}

    /**
     * The plan: effective are the named and the dead steps, without the completed ones that are to be preserved.
     *
     * @param steps of the current run, in step order
     * @throws DomainException 422 when a step to be rerun is unknown
     */
    public static RerunPlan of(List<StepRecord> steps, Collection<String> rerun, Collection<String> preserve) {
        Set<String> known = new HashSet<>();
        steps.forEach(step -> known.add(step.name()));
        Set<String> unknown = new TreeSet<>(rerun);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    "'rerunSteps' names no step of the current run: '" + String.join("', '", unknown) + "'",
                    Map.of("field", "rerunSteps", "unknown", List.copyOf(unknown)));
        }
        Set<String> again = new HashSet<>(rerun);
        Set<String> kept = new HashSet<>(preserve);
        List<StepRecord> effective = steps.stream()
                .filter(step -> step.status() == StepStatus.DEAD
                        || again.contains(step.name())
                                && !(step.status() == StepStatus.COMPLETED && kept.contains(step.name())))
                .toList();
        Set<String> running = new HashSet<>(names(effective));
        List<StepRecord> carried = steps.stream()
                .filter(step -> step.status() == StepStatus.COMPLETED && !running.contains(step.name()))
                .toList();
        List<Stale> stale = carried.stream()
                .map(step -> new Stale(
                        step.name(),
                        names(effective.stream()
                                .filter(other -> other.before(step))
                                .toList())))
                .filter(each -> !each.dependsOn().isEmpty())
                .toList();
        return new RerunPlan(names(effective), names(carried), stale);
    }

    private static List<String> names(List<StepRecord> steps) {
        return steps.stream().map(StepRecord::name).toList();
    }
}
