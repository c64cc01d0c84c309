package io.zart.server.notify;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The records of executions that must be there: an unknown id is a failure that names it. */
record KnownExecutions(ExecutionStore store) {

    Uni<Execution> one(String id) {
        return store.find(id).onItem().ifNull().failWith(() -> DomainException.notFound(id));
    }

    /** By id, in a map of the caller's own. */
    Uni<Map<String, Execution>> all(Set<String> ids) {
        return store.findAll(ids).onItem().transform(found -> {
            Map<String, Execution> byId = new HashMap<>();
            found.stream().filter(Objects::nonNull).forEach(execution -> byId.put(execution.id(), execution));
            List<String> unknown =
                    ids.stream().filter(id -> !byId.containsKey(id)).toList();
            if (unknown.isEmpty()) {
                return byId;
            }
            if (unknown.size() == 1) {
                throw DomainException.notFound(unknown.get(0));
            }
            throw new DomainException(
                    ErrorCode.EXECUTION_NOT_FOUND, "executions '" + String.join("', '", unknown) + "' not found");
        });
    }
}
