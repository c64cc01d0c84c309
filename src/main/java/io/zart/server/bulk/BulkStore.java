package io.zart.server.bulk;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Act;
import io.zart.server.execution.JsonText;
import java.util.List;

/** What bulk operations read. They never see executions of the service's own handlers. Non-blocking. */
public interface BulkStore {

    /** How many executions match, and the last of their ids in byte order. */
    Uni<Matching> matching(BulkFilter filter);

    /**
     * What matches.
     *
     * @param last null if nothing does
     */
    record Matching(long count, String last) {}

    /**
     * The next ids in byte order on which the bulk operation has not acted yet.
     *
     * @param after exclusive, empty for the beginning
     * @param last inclusive
     */
    Uni<List<String>> page(BulkFilter filter, String bulkId, String after, String last, int limit);

    /** On how many executions in that range of ids the bulk operation has acted. */
    Uni<Long> acted(String bulkId, String after, String last);

    /** Remembers the bulk operation itself, once. */
    Uni<Void> remember(String executionId, int runIndex, Act act, JsonText request);
}
