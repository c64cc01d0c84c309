package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Commits what a step writes to the service's own database together with its record. Blocking. */
@FunctionalInterface
public interface Transactions {

    /** For engines without a database: the body runs, and its result is recorded afterwards like any other. */
    Transactions NONE = (body, row) -> body.call();

    /**
     * Runs the body in a new transaction, writes the row that is made of its result, and commits. Whatever fails rolls all of it
     * back.
     *
     * @return the result, or null when the lease is lost and nothing was committed
     */
    JsonText run(Callable<JsonText> body, Function<JsonText, StepOutcome> row) throws Exception;
}
