package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import java.util.Collection;
import java.util.List;

/** The children of executions, as the engine sees them. Non-blocking; an item means that the commit is known. */
public interface Children {

    /** Stands among the events of a park that waits for children. No client can deliver an event of that name. */
    String ENDED = "\u0001child";

    /** Starts a child; the parent's lease must be current. */
    Uni<ChildStarted> start(Lease parent, NewChild child);

    /** The records of those ids that are children of that execution, of any of its runs. */
    Uni<List<Execution>> read(String parentId, Collection<String> ids);
}
