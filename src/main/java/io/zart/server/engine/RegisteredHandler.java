package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import java.util.concurrent.CompletionStage;

/**
 * The code of a task name.
 *
 * @param deadlineMillis deadline of a run from when it may start, 0 for none
 */
public record RegisteredHandler(String taskName, long deadlineMillis, Body body) {

    /** Runs a body once. */
    @FunctionalInterface
    public interface Body {
        /** One pass; never throws and never blocks, completes with the result or the failure. */
        CompletionStage<JsonText> run(Activation activation, JsonText payload);
    }
}
