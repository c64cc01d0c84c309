package io.zart.server.store;

import io.vertx.mutiny.sqlclient.Row;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ServedTasks;
import io.zart.server.execution.Waiting;

/** Records as clients see them: one that is due, and whose task name nobody serves, waits for a worker. */
final class Shown {

    private final ServedTasks served;

    Shown(ServedTasks served) {
        this.served = served;
    }

    Execution of(Row row) {
        Execution execution = Rows.execution(row);
        return Rows.due(row) ? due(execution) : execution;
    }

    Execution due(Execution due) {
        return served.mayBeServed(due.taskName()) ? due : due.waitingFor(new Waiting("worker", due.taskName(), null));
    }
}
