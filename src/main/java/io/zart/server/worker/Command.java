package io.zart.server.worker;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Lease;
import java.util.function.Function;

/**
 * A command, read. Either it has an action, or a reason why it makes no sense.
 *
 * @param lease of its task, null if it names none
 * @param action applies it, once, to the writes of workers
 * @param ends whether the task is given up by it
 * @param defect null unless it is invalid
 */
record Command(Lease lease, Function<TaskCommands, Uni<VerdictView>> action, boolean ends, String defect) {

    static Command going(Lease lease, Function<TaskCommands, Uni<VerdictView>> action) {
        return new Command(lease, action, false, null);
    }

    static Command ending(Lease lease, Function<TaskCommands, Uni<VerdictView>> action) {
        return new Command(lease, action, true, null);
    }

    static Command invalid(Lease lease, String defect) {
        return new Command(lease, null, true, defect);
    }

    Uni<VerdictView> apply(TaskCommands commands) {
        return defect == null ? action.apply(commands) : Uni.createFrom().item(VerdictView.invalid(defect));
    }
}
