package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.AsyncDurableContext;
import io.zart.server.handler.Attempt;
import io.zart.server.handler.ChildMode;
import io.zart.server.handler.ChildResult;
import io.zart.server.handler.ChildStart;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** The context of a body that never blocks. */
final class AsyncContext extends RunContext implements AsyncDurableContext {

    private final Marking marking;

    AsyncContext(Activation activation, Marking marking) {
        super(activation);
        this.marking = marking;
    }

    @Override
    public <T> Uni<T> step(String name, Class<T> type, StepOptions options, Function<Attempt, Uni<T>> body) {
        return reach(name, "step", type, options, body);
    }

    private <T> Uni<T> reach(
            String name, String kind, Class<T> type, StepOptions options, Function<Attempt, Uni<T>> body) {
        AttemptRunner runner = (place, attempt, inTime) -> {
            CompletableFuture<JsonText> outcome = new CompletableFuture<>();
            Uni<JsonText> running = Uni.createFrom()
                    .deferred(() -> body.apply(attempt))
                    .map(codec::write)
                    .invoke(inTime);
            marking.run(activation.lease(), place.name(), () -> {
                Cancellable begun = running.subscribe().with(outcome::complete, outcome::completeExceptionally);
                outcome.whenComplete((result, error) -> {
                    if (outcome.isCancelled()) {
                        begun.cancel();
                    }
                });
            });
            return outcome;
        };
        return asked(() -> activation.calls().step(new BodyCalls.StepCall(name, kind, options, runner)))
                .map(result -> codec.read(result, type));
    }

    @Override
    public <T> Uni<T> capture(String name, Class<T> type, Supplier<T> value) {
        return reach(
                name,
                "capture",
                type,
                StepOptions.ONCE,
                attempt -> Uni.createFrom().item(value));
    }

    @Override
    public Uni<Instant> now(String name) {
        return capture(name, Instant.class, activation::now);
    }

    @Override
    public Uni<Void> sleepUntil(String name, Instant time) {
        return Uni.createFrom().deferred(() -> sleep(name, Duration.between(activation.now(), time)));
    }

    @Override
    public Uni<String> startChild(String name, ChildStart child) {
        return asked(() -> activation
                        .calls()
                        .step(new BodyCalls.StepCall(
                                name,
                                "step",
                                StepOptions.ONCE,
                                activation.calls().startOf(child))))
                .map(id -> codec.read(id, String.class));
    }

    @Override
    public <T> Uni<List<ChildResult<T>>> waitForChildren(
            String name, Class<T> type, List<String> ids, ChildMode mode, Duration timeout) {
        return asked(() -> activation.calls().children(name, ids, mode, timeout))
                .map(kept -> codec.children(kept, type));
    }

    @Override
    public Uni<Void> sleep(String name, Duration length) {
        return asked(() -> activation.calls().sleep(name, length)).replaceWithVoid();
    }

    @Override
    public <T> Uni<T> waitForEvent(String name, Class<T> type, Duration timeout) {
        return asked(() -> activation.calls().event(name, timeout)).map(payload -> codec.read(payload, type));
    }

    /** What the body asks for when it subscribes; it may cancel that, as the loser of a race of its own. */
    private Uni<JsonText> asked(Supplier<CompletableFuture<JsonText>> call) {
        return Uni.createFrom()
                .completionStage(call::get)
                .onCancellation()
                .invoke(activation.calls()::abandoned)
                .emitOn(next -> marking.run(activation.lease(), null, next));
    }
}
