package io.zart.server.testkit;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.ChildStarted;
import io.zart.server.engine.Children;
import io.zart.server.engine.Lease;
import io.zart.server.engine.NewChild;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Children in memory: they are started and do nothing until the test ends them. Guarded by the journal that holds them. */
final class MemoryChildren implements Children {

    private final Map<String, Execution> children = new LinkedHashMap<>();
    private final MemoryJournal journal;
    private final Instant start;

    MemoryChildren(MemoryJournal journal, Instant start) {
        this.journal = journal;
        this.start = start;
    }

    @Override
    public Uni<ChildStarted> start(Lease parent, NewChild child) {
        return Uni.createFrom()
                .item(() -> journal.look(run -> {
                    if (run.epoch != parent.epoch()) {
                        return ChildStarted.LEASE_LOST;
                    }
                    Execution row =
                            Execution.scheduled(child.executionId(), child.taskName(), child.payload(), start, null);
                    children.putIfAbsent(child.executionId(), row);
                    return ChildStarted.OK;
                }));
    }

    @Override
    public Uni<List<Execution>> read(String parentId, Collection<String> ids) {
        return Uni.createFrom()
                .item(() -> journal.look(run ->
                        ids.stream().map(children::get).filter(Objects::nonNull).toList()));
    }

    List<Execution> all() {
        return List.copyOf(children.values());
    }

    void end(String id, ExecutionStatus status, JsonText result, JsonText error, Instant at) {
        Execution child = children.get(id);
        if (child == null) {
            throw new IllegalArgumentException("no child '" + id + "' was started, only " + children.keySet());
        }
        children.put(id, child.ended(status, result, error, at, child.version() + 1));
    }
}
