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
     * @param inTime to be asked when the work is done and before its result counts: throws {@link StepTimeoutException} when
     *     that took longer than allowed. The timer that settles the future alone does not do: it may be late, as on a machine
     *     that stood still, and then the work would win
     */
    CompletableFuture<JsonText> begin(History.Place place, Attempt attempt, Runnable inTime);
}
