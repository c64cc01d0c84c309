package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import io.zart.server.handler.Attempt;
import io.zart.server.handler.Branch;
import io.zart.server.handler.BranchResult;
import io.zart.server.handler.ChildMode;
import io.zart.server.handler.ChildResult;
import io.zart.server.handler.ChildStart;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.StepBody;
import io.zart.server.handler.StepFailedException;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.function.BiFunction;

/** The context of a blocking body. A step's attempts run on the body's own thread, those of branches on threads of the executor. */
final class BlockingContext extends RunContext implements DurableContext {

    private static final Runnable DONE = () -> {};

    private final Executor executor;
    private final Transactions transactions;

    private final Marking marking;

    BlockingContext(Activation activation, Executor executor, Transactions transactions, Marking marking) {
        super(activation);
        this.marking = marking;
        this.transactions = transactions;
        this.executor = executor;
    }

    @Override
    public <T> T step(String name, Class<T> type, StepOptions options, StepBody<T> body) {
        return codec.read(runHere(name, "step", options, (place, inTime) -> timed(body, inTime)), type);
    }

    @Override
    public <T> T capture(String name, Class<T> type, Callable<T> value) {
        return codec.read(runHere(name, "capture", StepOptions.ONCE, (place, inTime) -> attempt -> value.call()), type);
    }

    /** Lends the calling thread to the attempts until the outcome is known. */
    private <T> JsonText runHere(
            String name, String kind, StepOptions options, BiFunction<History.Place, Runnable, StepBody<T>> body) {
        // Event loops add to it: they must never meet the lock of a thread that waits.
        BlockingQueue<Runnable> turns = new LinkedTransferQueue<>();
        CompletableFuture<JsonText> outcome = activation
                .calls()
                .step(new BodyCalls.StepCall(
                        name,
                        kind,
                        options,
                        (place, attempt, inTime) -> begin(place, attempt, body.apply(place, inTime), turns::add)));
        outcome.whenComplete((result, error) -> turns.add(DONE));
        Runnable turn;
        while ((turn = next(turns)) != DONE) {
            turn.run();
        }
        return value(outcome);
    }

    @Override
    public <T> T stepInTransaction(String name, Class<T> type, StepOptions options, StepBody<T> body) {
        return codec.read(
                runHere(
                        name,
                        "step",
                        options,
                        (place, inTime) -> attempt -> committed(place, attempt, timed(body, inTime))),
                type);
    }

    /** What takes longer than allowed has failed; in a transaction, whose result counts from its commit on, before that. */
    private static <T> StepBody<T> timed(StepBody<T> body, Runnable inTime) {
        return attempt -> {
            T result = body.run(attempt);
            inTime.run();
            return result;
        };
    }

    /** Runs an attempt and records its result in one transaction; the record that follows finds it there and changes nothing. */
    private <T> JsonText committed(History.Place place, Attempt attempt, StepBody<T> body) throws Exception {
        long begun = System.nanoTime();
        JsonText result = transactions.run(
                () -> codec.write(body.run(attempt)),
                value -> new StepOutcome(
                        activation.lease(),
                        place.name(),
                        "step",
                        place.position(),
                        place.group(),
                        false,
                        attempt.number() + 1,
                        attempt.number(),
                        (System.nanoTime() - begun) / 1_000,
                        value,
                        null,
                        null));
        if (result == null) {
            activation.lost();
            throw ParkSignal.INSTANCE;
        }
        return result;
    }

    private static Runnable next(BlockingQueue<Runnable> turns) {
        while (true) {
            try {
                return turns.take();
            } catch (InterruptedException e) {
                // The interrupt of an attempt that was timed out and has returned by itself in the same moment.
            }
        }
    }

    private <T> CompletableFuture<JsonText> begin(
            History.Place place, Attempt attempt, StepBody<T> body, Executor thread) {
        BlockingAttempt<T> running = new BlockingAttempt<>(attempt, body, codec, activation::stopped);
        thread.execute(() -> marking.run(activation.lease(), place.name(), running));
        return running.result();
    }

    @Override
    public <T> List<BranchResult<T>> parallel(List<Branch<T>> branches) {
        List<CompletableFuture<JsonText>> outcomes = activation.calls().group(calls(branches));
        List<BranchResult<T>> results = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            try {
                results.add(new BranchResult<>(
                        codec.read(value(outcomes.get(i)), branches.get(i).type()), null));
            } catch (StepFailedException e) {
                results.add(new BranchResult<>(null, e));
            }
        }
        return results;
    }

    @Override
    public <T> T any(String name, List<Branch<T>> branches) {
        CompletableFuture<JsonText> first = activation.calls().any(name, calls(branches));
        return codec.read(value(first), branches.get(0).type());
    }

    private <T> List<BodyCalls.StepCall> calls(List<Branch<T>> branches) {
        return branches.stream()
                .map(branch -> new BodyCalls.StepCall(
                        branch.name(),
                        "step",
                        branch.options(),
                        (place, attempt, inTime) -> begin(place, attempt, timed(branch.body(), inTime), executor)))
                .toList();
    }

    @Override
    public void sleep(String name, Duration length) {
        value(activation.calls().sleep(name, length));
    }

    @Override
    public void sleepUntil(String name, Instant time) {
        sleep(name, Duration.between(activation.now(), time));
    }

    @Override
    public Instant now(String name) {
        return capture(name, Instant.class, activation::now);
    }

    @Override
    public <T> T waitForEvent(String name, Class<T> type, Duration timeout) {
        return codec.read(value(activation.calls().event(name, timeout)), type);
    }

    @Override
    public String startChild(String name, ChildStart child) {
        CompletableFuture<JsonText> started = activation
                .calls()
                .step(new BodyCalls.StepCall(
                        name, "step", StepOptions.ONCE, activation.calls().startOf(child)));
        return codec.read(value(started), String.class);
    }

    @Override
    public <T> List<ChildResult<T>> waitForChildren(
            String name, Class<T> type, List<String> ids, ChildMode mode, Duration timeout) {
        return codec.children(value(activation.calls().children(name, ids, mode, timeout)), type);
    }

    private static JsonText value(CompletableFuture<JsonText> outcome) {
        try {
            return outcome.join();
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error signal) {
                throw signal;
            }
            throw e;
        }
    }
}
