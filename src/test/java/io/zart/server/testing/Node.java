package io.zart.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.engine.Bodies;
import io.zart.server.engine.Codec;
import io.zart.server.engine.Engine;
import io.zart.server.engine.EngineListener;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Limits;
import io.zart.server.engine.RegisteredHandler;
import io.zart.server.engine.Transactions;
import io.zart.server.engine.VertxTimers;
import io.zart.server.execution.ChildCancellation;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.OnConflict;
import io.zart.server.execution.OperatorService;
import io.zart.server.execution.ServedTasks;
import io.zart.server.handler.DurableHandler;
import io.zart.server.notify.Announcer;
import io.zart.server.notify.Hints;
import io.zart.server.notify.Listener;
import io.zart.server.notify.Waiters;
import io.zart.server.pause.PauseRelease;
import io.zart.server.pause.PauseRules;
import io.zart.server.pause.PauseService;
import io.zart.server.store.PgBulkStore;
import io.zart.server.store.PgChildren;
import io.zart.server.store.PgExecutionStore;
import io.zart.server.store.PgJournal;
import io.zart.server.store.PgOperatorStore;
import io.zart.server.store.PgPauseStore;
import io.zart.server.store.SessionSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * One instance without HTTP, built from the classes that the service wires, with a pool and event loops of its own. Several of
 * them on one database are several instances.
 */
public final class Node implements AutoCloseable {

    /** Activations without progress after which a run fails. */
    public static final int POISON_ACTIVATIONS = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService bodyThreads = Executors.newCachedThreadPool();
    private final Pool pool;
    private final Listener listener;
    private final long safetyTimer;

    /** Its store, journal, engine, waits and service. */
    public final PgExecutionStore store;

    public final SpiedJournal journal;
    public final Engine engine;
    public final Waiters waiters;
    public final ExecutionService service;
    public final OperatorService operators;
    public final PauseService pauses;
    public final PgBulkStore bulk;
    private final PauseRules rules;
    public final PgChildren children;
    public final ChildCancellation childCancellation;

    /**
     * What kind of instance.
     *
     * @param name no other instance has it
     * @param concurrency activations at once; 0 runs no body
     * @param lease length of a lease
     * @param handlers blocking bodies by task name
     */
    public record Setup(
            String name, int concurrency, Duration lease, Map<String, DurableHandler<JsonNode, Object>> handlers) {

        /** An instance with room and a lease that does not run out in a test. */
        public static Setup named(String name) {
            return new Setup(name, 64, Duration.ofSeconds(60), Map.of());
        }

        /** The same with one more handler. */
        public Setup serving(String taskName, DurableHandler<JsonNode, Object> handler) {
            Map<String, DurableHandler<JsonNode, Object>> more = new LinkedHashMap<>(handlers);
            more.put(taskName, handler);
            return new Setup(name, concurrency, lease, more);
        }

        /** The same with that lease. */
        public Setup withLease(Duration length) {
            return new Setup(name, concurrency, length, handlers);
        }

        /** The same with room for so many activations. */
        public Setup withConcurrency(int most) {
            return new Setup(name, most, lease, handlers);
        }
    }

    /** Builds the instance and starts it; its listener is up. */
    public Node(TestDatabase database, Setup setup) {
        PgConnectOptions options = database.databaseUrl().connectOptions();
        options.setCachePreparedStatements(true);
        pool = PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(8))
                .using(vertx)
                .withConnectHandler(SessionSettings::apply)
                .build();
        io.vertx.mutiny.sqlclient.Pool mutinyPool = io.vertx.mutiny.sqlclient.Pool.newInstance(pool);
        PgPauseStore pauseStore = new PgPauseStore(mutinyPool);
        rules = new PauseRules(pauseStore, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        store = new PgExecutionStore(mutinyPool, ServedTasks.unknown(), rules);
        journal = new SpiedJournal(new PgJournal(mutinyPool, rules));
        Announcer announcer = new Announcer(vertx, pool, setup.name());
        waiters = new Waiters(vertx, store, announcer, ended -> {});
        engine = engine(setup, journal.journal(), announcer);
        service = new ExecutionService(store, engine, waiters);
        operators = new OperatorService(new PgOperatorStore(mutinyPool, ServedTasks.unknown()), store, engine, waiters);
        bulk = new PgBulkStore(mutinyPool);
        pauses = new PauseService(pauseStore, rules, announcer::pausesChanged);
        rules.onChange(new PauseRelease(pauseStore, engine)::changed);
        children = new PgChildren(mutinyPool);
        childCancellation = new ChildCancellation(children, service);
        listener = new Listener(vertx, database.databaseUrl().connectOptions(), setup.name(), new Heard());
        listener.start();
        safetyTimer = waiters.keepSafe(listener::isUp);
        Awaitility.await().atMost(PATIENCE).until(listener::isUp);
        engine.start();
    }

    private Engine engine(Setup setup, Journal spied, Announcer announcer) {
        Codec codec = new Codec(new ObjectMapper());
        Bodies bodies = new Bodies(codec, bodyThreads, Transactions.NONE);
        Map<String, RegisteredHandler> registered = new LinkedHashMap<>();
        setup.handlers()
                .forEach((task, handler) ->
                        registered.put(task, new RegisteredHandler(task, 0, bodies.blocking(handler, JsonNode.class))));
        return new Engine(
                setup.name(),
                spied,
                new VertxTimers(vertx),
                codec,
                new News(),
                registered,
                setup.concurrency(),
                setup.lease(),
                announcer::announceWork,
                POISON_ACTIVATIONS,
                rules,
                Limits.DEFAULT);
    }

    /** A start without a payload. */
    public static NewExecution start(String id, String taskName) {
        return start(id, taskName, OnConflict.RETURN);
    }

    /** A start without a payload, under that policy. */
    public static NewExecution start(String id, String taskName, OnConflict policy) {
        return new NewExecution(id, taskName, JsonText.NULL, policy, null, null, null, null);
    }

    /** The item, within a generous time. */
    public static <T> T await(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }

    /** Waits for the end of that execution and gives its record. */
    public Execution end(String id) {
        return await(waiters.await(id, PATIENCE));
    }

    /** Rows of a statement without parameters, each as a list of values. */
    public List<List<Object>> query(String sql) {
        return await(Uni.createFrom()
                        .completionStage(() -> pool.query(sql).execute().toCompletionStage()))
                .stream()
                .map(row -> {
                    Object[] values = new Object[row.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = row.getValue(i);
                    }
                    return java.util.Arrays.asList(values);
                })
                .toList();
    }

    /** The one number that a statement gives. */
    public long count(String sql) {
        return ((Number) query(sql).get(0).get(0)).longValue();
    }

    /** Goes away without handing its leases over, as a crash does. */
    @Override
    public void close() {
        engine.stop();
        journal.die();
        listener.close();
        vertx.cancelTimer(safetyTimer);
        bodyThreads.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private final class News implements EngineListener {
        @Override
        public void runEnded(Execution execution) {
            waiters.ended(execution);
        }

        @Override
        public void runChanged(String executionId) {
            waiters.changed(executionId);
        }

        @Override
        public void runGone(String executionId) {
            waiters.gone(executionId);
        }

        @Override
        public void stepEnded(String stepName, boolean dead, long elapsedMicros) {}

        @Override
        public void leasesRenewed(int count) {}
    }

    private final class Heard implements Hints {
        @Override
        public void ended(List<String> ids) {
            waiters.wake(ids);
            engine.endHinted(ids);
        }

        @Override
        public void changed(List<String> ids) {
            waiters.changed(ids);
        }

        @Override
        public void work(List<String> taskNames) {
            taskNames.forEach(engine::workHinted);
        }

        @Override
        public void pausesChanged() {
            rules.upTo(Long.MAX_VALUE).subscribe().with(done -> {});
        }

        @Override
        public void up() {
            waiters.wakeAll();
            pausesChanged();
        }
    }
}
