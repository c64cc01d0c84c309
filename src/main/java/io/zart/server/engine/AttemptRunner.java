package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import io.zart.server.handler.Attempt;
import java.util.concurrent.CompletableFuture;

/** Begins an attempt of a step and returns at once. */
@FunctionalInterface
interface AttemptRunner {

    /**
     * The attempt; cancelling the future asks it to stop.
     *
     * @param stepName the step's unique name in the run
     */
    CompletableFuture<JsonText> begin(String stepName, Attempt attempt);
}
