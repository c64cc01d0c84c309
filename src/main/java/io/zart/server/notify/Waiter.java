package io.zart.server.notify;

import io.zart.server.execution.Execution;

/** Somebody parked on one or more ids. Called by any thread, possibly more than once with the same record; must not block. */
interface Waiter {

    /** Whether it is shown each change of the record, not the end alone. */
    default boolean seesChanges() {
        return false;
    }

    /** The current record of one of its ids. */
    void seen(Execution execution);

    /** The process drains. */
    void drained();
}
