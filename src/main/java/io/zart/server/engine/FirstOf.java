package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import io.zart.server.handler.StepOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A parallel group of which the first branch that succeeds decides. Which one it was is recorded as a capture, so that every
 * later activation takes the same one, whatever the others have recorded since. In the activation's mailbox.
 */
final class FirstOf {

    private final Activation activation;
    private final String name;
    private final List<BodyCalls.StepCall> calls;
    private final CompletableFuture<JsonText> outcome;
    private final List<CompletableFuture<JsonText>> branches = new ArrayList<>();
    private int failed;
    private boolean decided;

    FirstOf(Activation activation, String name, List<BodyCalls.StepCall> calls, CompletableFuture<JsonText> outcome) {
        this.activation = activation;
        this.name = name;
        this.calls = calls;
        this.outcome = outcome;
    }

    void begin() {
        if (!activation.goesOn()) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            return;
        }
        RecordedStep winner = activation.calls().recorded(name);
        Integer group = activation.calls().nextGroup();
        activation.calls().together(calls);
        if (winner != null && !winner.open()) {
            settle(Integer.parseInt(winner.result().text()), group);
            return;
        }
        for (BodyCalls.StepCall call : calls) {
            CompletableFuture<JsonText> branch = new CompletableFuture<>();
            branches.add(branch);
            activation.calls().begin(call, group, branch);
        }
        for (int i = 0; i < branches.size(); i++) {
            int index = i;
            branches.get(i).whenComplete((result, error) -> activation.execute(() -> ended(index, error)));
        }
    }

    /** Takes the recorded result of the winner; the places of all branches are used up as they were the first time. */
    private void settle(int index, Integer group) {
        List<History.Place> places = calls.stream()
                .map(call -> activation.calls().next(call.name(), group))
                .toList();
        activation.calls().next(name, null);
        RecordedStep winner = index < places.size() ? places.get(index).known() : null;
        if (winner == null || winner.open()) {
            outcome.completeExceptionally(ParkSignal.INSTANCE);
            activation
                    .calls()
                    .drifted(
                            name,
                            "branch " + index + " of '" + name + "' has won, but it is not recorded under its name");
        } else {
            outcome.complete(winner.result());
        }
    }

    private void ended(int index, Throwable error) {
        if (decided) {
            return;
        }
        if (error == null) {
            decided = true;
            record(index);
        } else if (++failed == branches.size() || !activation.goesOn()) {
            decided = true;
            outcome.completeExceptionally(Failures.unwrap(error));
        }
    }

    private void record(int index) {
        AttemptRunner runner =
                (place, attempt, inTime) -> CompletableFuture.completedFuture(new JsonText(Integer.toString(index)));
        CompletableFuture<JsonText> recorded = new CompletableFuture<>();
        activation.calls().begin(new BodyCalls.StepCall(name, "capture", StepOptions.ONCE, runner), null, recorded);
        recorded.whenComplete((result, error) -> {
            if (error == null) {
                outcome.complete(branches.get(Integer.parseInt(result.text())).join());
            } else {
                outcome.completeExceptionally(Failures.unwrap(error));
            }
        });
    }
}
