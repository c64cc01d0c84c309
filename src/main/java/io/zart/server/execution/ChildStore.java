package io.zart.server.execution;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** The children of executions, for the routes and for cancels that travel down. Non-blocking; fails like {@link ExecutionStore}. */
public interface ChildStore {

    /**
     * Children of an execution by id.
     *
     * @param after the id after which they begin, null for the first
     */
    Uni<List<Execution>> children(String parentId, String after, int limit);

    /** Active children of cancelled runs that are to be cancelled too, some of them. */
    Uni<List<String>> childrenToCancel(int limit);

    /** Forgets the cancelled runs that have no such child left. */
    Uni<Void> childrenCancelled();
}
