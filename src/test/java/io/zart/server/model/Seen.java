package io.zart.server.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.History;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.OperatorService;
import io.zart.server.execution.RunRecord;
import io.zart.server.execution.StepRecord;
import io.zart.server.execution.StepStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads from the real service what the model foretells. Not thread-safe. */
final class Seen {

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Known(long version, View view) {}

    private final OperatorService operators;
    private final RealStore store;
    private final Map<String, Known> known = new HashMap<>();

    Seen(OperatorService operators, RealStore store) {
        this.operators = operators;
        this.store = store;
    }

    /** The execution now; fails when it went where the tables do not lead, or changed without a new version. */
    View of(String id) {
        History history = RealStore.await(operators.history(id, null));
        List<List<View.Step>> steps = new ArrayList<>();
        for (RunRecord run : history.runs()) {
            steps.add(RealStore.await(operators.history(id, run.id())).steps().stream()
                    .map(Seen::step)
                    .toList());
        }
        Execution execution = history.execution();
        View view = new View(
                execution.status().wire(),
                execution.runIndex(),
                execution.payload().text(),
                text(execution.result()),
                message(execution.error()),
                execution.waiting() == null ? null : execution.waiting().kind(),
                history.runs().stream()
                        .map(run -> new View.Run(
                                run.index(), run.trigger(), run.status().wire(), text(run.result())))
                        .toList(),
                steps,
                store.bufferedEvents(id));
        check(id, execution.version(), view);
        return view;
    }

    private void check(String id, long version, View view) {
        Known before = known.put(id, new Known(version, view));
        if (before == null) {
            return;
        }
        View old = before.view();
        if (version < before.version()
                || version == before.version() && !old.versioned().equals(view.versioned())) {
            throw new AssertionError("the version of " + id + " went from " + before.version() + " to " + version
                    + " while the record went from " + old.versioned() + " to " + view.versioned());
        }
        checkMove(id, old, view);
        if (old.runIndex() == view.runIndex()) {
            checkSteps(id, old.current(), view.current());
        }
    }

    private static void checkMove(String id, View old, View now) {
        ExecutionStatus from = ExecutionStatus.ofWire(old.status()).orElseThrow();
        ExecutionStatus to = ExecutionStatus.ofWire(now.status()).orElseThrow();
        boolean sameRun = old.runIndex() == now.runIndex();
        if (from != to && !(sameRun ? from.mayBecomeInRun(to) : from.mayBecome(to))) {
            throw new AssertionError(id + " went from " + from + " to " + to + ", which the table does not know");
        }
    }

    private static void checkSteps(String id, List<View.Step> old, List<View.Step> now) {
        for (View.Step before : old) {
            View.Step after = now.stream()
                    .filter(step -> step.name().equals(before.name()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the step " + before + " of " + id + " is gone"));
            if (!after.status().equals(before.status())
                    && !StepStatus.ofWire(before.status()).mayBecome(StepStatus.ofWire(after.status()))) {
                throw new AssertionError("a step of " + id + " went from " + before + " to " + after);
            }
        }
    }

    private static View.Step step(StepRecord step) {
        List<String> tries = new ArrayList<>();
        for (int i = 0; i < step.attempts().size(); i++) {
            if (step.attempts().get(i).number() != i + 1) {
                throw new AssertionError("the attempts of step " + step.name() + " have gaps: " + step.attempts());
            }
            tries.add(step.attempts().get(i).completed() ? "completed" : "failed");
        }
        return new View.Step(
                step.name(), step.kind(), step.status().wire(), step.failures(), text(step.result()), tries);
    }

    private static String text(JsonText json) {
        return json == null ? null : json.text();
    }

    private static String message(JsonText error) {
        try {
            return error == null
                    ? null
                    : JSON.readTree(error.text()).path("message").asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(error.text(), e);
        }
    }
}
