package io.zart.server.worker;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The commands of one request: those of a task in order, tasks beside one another. Applied once. */
final class CommandBatch {

    private final TaskCommands target;
    private final List<Command> commands;
    private final AtomicReferenceArray<VerdictView> verdicts;
    private final AtomicReference<Throwable> away = new AtomicReference<>();

    CommandBatch(TaskCommands target, List<Command> commands) {
        this.target = target;
        this.commands = commands;
        this.verdicts = new AtomicReferenceArray<>(commands.size());
    }

    /** A verdict for each command, in order. Fails when no command could be answered because the database is away. */
    Uni<List<VerdictView>> apply() {
        Map<Object, List<Integer>> byTask = new LinkedHashMap<>();
        for (int i = 0; i < commands.size(); i++) {
            Object task = commands.get(i).lease() == null
                    ? Integer.valueOf(i)
                    : commands.get(i).lease();
            byTask.computeIfAbsent(task, absent -> new ArrayList<>()).add(i);
        }
        if (byTask.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return Uni.join()
                .all(byTask.values().stream().map(indices -> from(indices, 0)).toList())
                .andFailFast()
                .map(done -> all());
    }

    private Uni<Boolean> from(List<Integer> indices, int next) {
        if (next == indices.size()) {
            return Uni.createFrom().item(true);
        }
        int index = indices.get(next);
        return target.apply(commands.get(index))
                .onFailure()
                .recoverWithItem(failure -> {
                    away.set(failure);
                    return VerdictView.unavailable(failure.getMessage());
                })
                .flatMap(verdict -> {
                    verdicts.set(index, verdict);
                    if (verdict.leavesLease() && !commands.get(index).ends()) {
                        return from(indices, next + 1);
                    }
                    indices.subList(next + 1, indices.size()).forEach(behind -> verdicts.set(behind, verdict.behind()));
                    return Uni.createFrom().item(true);
                });
    }

    private List<VerdictView> all() {
        List<VerdictView> all = new ArrayList<>(commands.size());
        for (int i = 0; i < commands.size(); i++) {
            all.add(verdicts.get(i));
        }
        Throwable failure = away.get();
        if (failure != null && all.stream().allMatch(verdict -> verdict.is("unavailable"))) {
            throw (RuntimeException) failure;
        }
        return all;
    }
}
