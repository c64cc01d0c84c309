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
     * @param place where the run stands
     */
    CompletableFuture<JsonText> begin(History.Place place, Attempt attempt);
}
