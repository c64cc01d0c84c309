package io.zart.server.execution;

import io.smallrye.mutiny.Uni;

/** What operators watch. Scans no table, never blocks; fails while the database is away. */
public interface Upkeep {

    /** What is due and not in work, also what a crashed holder has left. */
    Uni<QueueStats> queues();
}
