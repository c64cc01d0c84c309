package io.zart.server.worker;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.PauseGate;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.WaitingWorkers;
import io.zart.server.worker.WorkerStore.Handed;
import io.zart.server.worker.WorkerStore.Seen;
import java.time.Duration;
import java.util.List;

/** What workers may do. Thread-safe, never blocks. */
public final class RemoteWorkers {

    private final TaskExchange exchange;
    private final TaskCommands commands;
    private final CommandReader reader;
    private final Presence presence;
    private final WorkerRoll roll;
    private final PauseGate pauses;
    private final Duration lease;

    /** @param lease length of a lease if a worker names none */
    RemoteWorkers(
            TaskExchange exchange,
            TaskCommands commands,
            CommandReader reader,
            Presence presence,
            WorkerRoll roll,
            PauseGate pauses,
            Duration lease) {
        this.exchange = exchange;
        this.commands = commands;
        this.reader = reader;
        this.presence = presence;
        this.roll = roll;
        this.pauses = pauses;
        this.lease = lease;
    }

    /** Length of a lease if a worker names none. */
    Duration lease() {
        return lease;
    }

    /** Tasks that could not be handed over. */
    void giveBack(List<Handed> tasks) {
        exchange.giveBack(tasks);
    }

    /** The claims that wait, for new executions. */
    WaitingWorkers waiting() {
        return exchange;
    }

    /** A task on the wire. */
    TaskView view(Handed handed) {
        Execution task = handed.task().execution();
        return TaskView.of(handed, pauses.patterns(task.id(), task.taskName()));
    }

    /** Tasks, at least one unless the time is over. */
    Uni<List<Handed>> claim(ClaimRequest request) {
        return Uni.createFrom().deferred(() -> {
            Presence.Visit visit = presence.parks(request.workerId(), request.taskNames());
            return exchange.claim(request).onTermination().invoke(visit::leave);
        });
    }

    /** A verdict for each command. Once subscribed it runs to its end, even if the subscription is cancelled. */
    Uni<List<VerdictView>> apply(String workerId, List<JsonText> texts) {
        presence.seen(workerId);
        List<Command> read = texts.stream().map(reader::read).toList();
        return new CommandBatch(commands, read).apply().memoize().indefinitely();
    }

    /** The workers that any instance has heard of lately. */
    Uni<List<Seen>> seen() {
        return roll.workers();
    }

    /** Begins to write down which workers there are. */
    void start() {
        roll.start();
    }

    /** Stops that. */
    void stop() {
        roll.stop();
    }

    /** Answers every parked claim, and every later one. */
    public void drain() {
        exchange.drain();
    }
}
