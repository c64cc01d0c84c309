package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.AsyncDurableContext;
import io.zart.server.handler.Attempt;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.util.function.Function;

/** The context of a body that never blocks. */
final class AsyncContext implements AsyncDurableContext {

    private final Activation activation;
    private final Codec codec;

    AsyncContext(Activation activation) {
        this.activation = activation;
        this.codec = activation.codec();
    }

    @Override
    public String executionId() {
        return activation.lease().executionId();
    }

    @Override
    public int runIndex() {
        return activation.lease().runIndex();
    }

    @Override
    public boolean cancelled() {
        return activation.over();
    }

    @Override
    public <T> Uni<T> step(String name, Class<T> type, StepOptions options, Function<Attempt, Uni<T>> body) {
        AttemptRunner runner = attempt -> body.apply(attempt).map(codec::write).subscribeAsCompletionStage();
        return Uni.createFrom()
                .completionStage(() -> activation.step(new Activation.StepCall(name, "step", options, runner)))
                .map(result -> codec.read(result, type));
    }

    @Override
    public Uni<Void> sleep(String name, Duration length) {
        return Uni.createFrom()
                .completionStage(() -> activation.sleep(name, length))
                .replaceWithVoid();
    }

    @Override
    public <T> Uni<T> waitForEvent(String name, Class<T> type, Duration timeout) {
        return Uni.createFrom()
                .<JsonText>completionStage(() -> activation.event(name, timeout))
                .map(payload -> codec.read(payload, type));
    }
}
