package io.zart.server.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.zart.server.engine.Bodies;
import io.zart.server.engine.Codec;
import io.zart.server.engine.Engine;
import io.zart.server.engine.Limits;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.RegisteredHandler;
import io.zart.server.engine.Transactions;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.Waiting;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.DurableHandler;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Runs one handler without a database and without waiting: the real engine, a journal in memory, a clock that only
 * {@link #advance} moves. Every method returns once the run has ended or is parked. To be used from one thread.
 *
 * <pre>{@code
 * try (DurableTest test = DurableTest.of(new OrderFulfillment(), Order.class)) {
 *     test.start(order);
 *     test.advance(Duration.ofMinutes(1));
 *     test.deliver("shipment-ready", shipment);
 *     assertEquals(receipt, test.result(Receipt.class));
 * }
 * }</pre>
 */
public final class DurableTest implements AutoCloseable {

    private static final String TASK = "under-test";
    private static final Duration LEASE = Duration.ofHours(1);
    private static final Duration LONGEST_ACTIVATION = Duration.ofSeconds(30);

    private final Codec codec = new Codec(mapper());
    private final ManualTimers clock = new ManualTimers();
    private final Instant start = Instant.parse("2030-01-01T00:00:00Z");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Quiet quiet = new Quiet(LONGEST_ACTIVATION);
    private final RegisteredHandler handler;
    private MemoryJournal journal;
    private Engine engine;

    private DurableTest(Function<Bodies, RegisteredHandler.Body> body) {
        this.handler = new RegisteredHandler(TASK, 0, body.apply(new Bodies(codec, threads, Transactions.NONE)));
    }

    /** A blocking handler and the type of its payload. */
    public static <I, O> DurableTest of(DurableHandler<I, O> handler, Type input) {
        return new DurableTest(bodies -> bodies.blocking(handler, input));
    }

    /** A non-blocking handler and the type of its payload. */
    public static <I, O> DurableTest of(AsyncDurableHandler<I, O> handler, Type input) {
        return new DurableTest(bodies -> bodies.async(handler, input));
    }

    private static ObjectMapper mapper() {
        return JsonMapper.builder().findAndAddModules().build();
    }

    /** Starts the execution; to be called once. */
    public void start(Object payload) {
        Execution execution = Execution.scheduled("test-1", TASK, codec.write(payload), start, null);
        journal = new MemoryJournal(execution, clock, start);
        runEngine();
        advance(Duration.ZERO);
    }

    private void runEngine() {
        engine = new Engine(
                "test",
                journal,
                clock,
                codec,
                quiet,
                Map.of(TASK, handler),
                1,
                LEASE,
                taskName -> {},
                Integer.MAX_VALUE,
                PauseGate.OPEN,
                Limits.DEFAULT);
        engine.start();
    }

    /** Moves the clock; everything that falls due happens at its time and in its order. */
    public void advance(Duration time) {
        long until = clock.millis() + time.toMillis();
        settle();
        while (clock.fireNext(until)) {
            settle();
        }
    }

    private void settle() {
        quiet.await(() -> engine.active() == 0);
    }

    /** Delivers an event; it is kept until a wait takes it. */
    public void deliver(String eventName, Object payload) {
        journal.look(run -> {
            run.deliver(eventName, codec.write(payload), clock.millis());
            return null;
        });
        engine.workHinted(TASK);
        settle();
    }

    /** The children that the body has started, in order. */
    public List<Execution> children() {
        return journal.look(run -> journal.children().all());
    }

    /** Ends a child with a result. */
    public void completeChild(String executionId, Object result) {
        endChild(executionId, ExecutionStatus.COMPLETED, codec.write(result), null);
    }

    /** Fails a child. */
    public void failChild(String executionId, String message) {
        endChild(executionId, ExecutionStatus.FAILED, null, codec.error(message, "Exception", null));
    }

    private void endChild(String executionId, ExecutionStatus status, JsonText result, JsonText error) {
        journal.look(run -> {
            journal.children().end(executionId, status, result, error, start.plusMillis(clock.millis()));
            run.childEnded(clock.millis());
            return null;
        });
        engine.workHinted(TASK);
        settle();
    }

    /** Loses the process, between two activations: what is recorded stays, everything else runs again. */
    public void crash() {
        engine.stop();
        runEngine();
        settle();
    }

    /** The execution's record as a client would see it. */
    public Execution execution() {
        return journal.look(run -> run.execution);
    }

    /** Its status. */
    public ExecutionStatus status() {
        return execution().status();
    }

    /** What it waits for, null if it has ended. */
    public Waiting waiting() {
        return execution().waiting();
    }

    /** The names of the steps recorded so far, in order. */
    public List<String> steps() {
        return journal.look(MemoryRun::stepNames);
    }

    /**
     * The result of the completed execution.
     *
     * @throws IllegalStateException if it has not completed; the message says what it does instead
     */
    public <O> O result(Class<O> type) {
        Execution now = execution();
        if (now.status() != ExecutionStatus.COMPLETED) {
            throw new IllegalStateException("the execution is " + now.status().wire() + ", waits for " + now.waiting()
                    + ", error " + (now.error() == null ? null : now.error().text()));
        }
        return codec.read(now.result(), type);
    }

    /** The message of the error that the execution failed with, null if it has not failed. */
    public String errorMessage() {
        JsonText error = execution().error();
        return error == null ? null : codec.errorMember(error, "message");
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.stop();
        }
        threads.shutdownNow();
    }
}
