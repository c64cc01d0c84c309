package io.zart.server.engine;

import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.ChildMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A wait for children that has no outcome yet. The end of a child raises the parent's count of events in the statement that
 * stores it; so a park that is based on an older look at the children is refused, and no end is missed. All methods run in the
 * activation's mailbox.
 */
final class ChildrenRun {

    private final Activation activation;
    private final History.Place place;
    private final List<String> ids;
    private final ChildMode mode;
    private final CompletableFuture<JsonText> outcome;
    private final long begunNanos = System.nanoTime();
    private final Long wakeAt;

    ChildrenRun(
            Activation activation,
            History.Place place,
            List<String> ids,
            ChildMode mode,
            Duration timeout,
            CompletableFuture<JsonText> outcome) {
        this.activation = activation;
        this.place = place;
        this.ids = ids;
        this.mode = mode;
        this.outcome = outcome;
        Long remaining = place.known() != null
                ? place.known().remainingMillis()
                : timeout == null ? null : Long.valueOf(timeout.toMillis());
        this.wakeAt =
                remaining == null ? null : Long.valueOf(activation.timers().millis() + remaining);
    }

    static String kind(ChildMode mode) {
        return mode == ChildMode.ALL ? "waitall" : "waitgroup";
    }

    /** Looks at the children and decides. */
    void look() {
        activation.writes().children(ids, this::seen);
    }

    private void seen(List<Execution> found) {
        Map<String, Execution> byId = found.stream().collect(Collectors.toMap(Execution::id, Function.identity()));
        String unknown =
                ids.stream().filter(id -> !byId.containsKey(id)).findFirst().orElse(null);
        List<Execution> ended = ids.stream()
                .map(byId::get)
                .filter(Objects::nonNull)
                .filter(child -> child.status().terminal())
                .toList();
        if (unknown != null) {
            die("execution '" + unknown + "' is no child of this one", "NoSuchChild");
        } else if (ended.size() == ids.size() || (mode == ChildMode.ANY && !ended.isEmpty())) {
            JsonText result = activation.codec().children(ended);
            record(false, result, null, () -> activation.calls().complete(outcome, result));
        } else if (wakeAt != null && wakeAt <= activation.timers().millis()) {
            timeUp();
        } else {
            park();
        }
    }

    private void park() {
        Long remaining = wakeAt == null
                ? null
                : Long.valueOf(wakeAt - activation.timers().millis());
        Park.OpenStep row = new Park.OpenStep(
                place.name(), kind(mode), place.position(), place.group(), place.attempt(), remaining);
        activation
                .parking()
                .await(new PendingWait(
                        "children", place.name(), Children.ENDED, wakeAt, row, this::timeUp, event -> {}, this::look));
    }

    private void timeUp() {
        die("the children of '" + place.name() + "' did not end in time", "EventTimeoutException");
    }

    private void die(String message, String type) {
        JsonText error = activation.codec().error(message, type, place.name());
        record(
                true,
                null,
                error,
                () -> activation.calls().fail(outcome, Failures.ofStep(activation.codec(), place.name(), error)));
    }

    private void record(boolean dead, JsonText result, JsonText error, Runnable then) {
        StepOutcome row = new StepOutcome(
                activation.lease(),
                place.name(),
                kind(mode),
                place.position(),
                place.group(),
                dead,
                place.attempt(),
                dead ? 1 : 0,
                (System.nanoTime() - begunNanos) / 1_000,
                result,
                error,
                null);
        activation.writes().record(row, then);
    }
}
