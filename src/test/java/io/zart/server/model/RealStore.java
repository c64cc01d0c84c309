package io.zart.server.model;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.execution.Dispatch;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.ExecutionStore;
import io.zart.server.execution.OperatorService;
import io.zart.server.execution.ServedTasks;
import io.zart.server.execution.Started;
import io.zart.server.execution.Waits;
import io.zart.server.pause.PauseRules;
import io.zart.server.store.PgExecutionStore;
import io.zart.server.store.PgJournal;
import io.zart.server.store.PgOperatorStore;
import io.zart.server.store.PgPauseStore;
import io.zart.server.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The store on PostgreSQL and the services above it, without an engine: whoever uses it is the engine. Not thread-safe. */
final class RealStore implements AutoCloseable {

    static final Duration LEASE = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private final io.vertx.sqlclient.Pool pool;
    final Journal journal;
    final ExecutionStore executions;
    final ExecutionService service;
    final OperatorService operators;
    /** Leases of eager starts, as they were given. */
    final List<Lease> eager = new ArrayList<>();
    /** Whether the next start is held from its first moment. */
    boolean room;

    RealStore(TestDatabase database) {
        pool = PgBuilder.pool()
                .connectingTo(database.databaseUrl().connectOptions().setCachePreparedStatements(true))
                .with(new PoolOptions().setMaxSize(4))
                .using(vertx)
                .build();
        io.vertx.mutiny.sqlclient.Pool mutiny = io.vertx.mutiny.sqlclient.Pool.newInstance(pool);
        PauseRules rules = new PauseRules(new PgPauseStore(mutiny), System::currentTimeMillis);
        executions = new PgExecutionStore(mutiny, ServedTasks.unknown(), rules);
        journal = new PgJournal(mutiny, rules);
        service = new ExecutionService(executions, new Starts(), new NoWaits());
        operators = new OperatorService(
                new PgOperatorStore(mutiny, ServedTasks.unknown()), executions, new Starts(), new NoWaits());
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }

    void execute(String sql) {
        await(Uni.createFrom().completionStage(() -> pool.query(sql).execute().toCompletionStage()));
    }

    /** As {@code name=payload}, in their order. */
    List<String> bufferedEvents(String id) {
        return texts("select name || '=' || payload from event where execution_id = '" + id
                + "' and taken_by_run is null order by seq");
    }

    /** The number of the oldest event of that name that no wait has taken, null if there is none. */
    Long oldestEvent(String id, String name) {
        List<String> found = texts("select seq::text from event where execution_id = '" + id + "' and name = '" + name
                + "' and taken_by_run is null order by seq limit 1");
        return found.isEmpty() ? null : Long.valueOf(found.get(0));
    }

    private List<String> texts(String sql) {
        List<String> texts = new ArrayList<>();
        await(Uni.createFrom().completionStage(() -> pool.query(sql).execute().toCompletionStage()))
                .forEach(row -> texts.add(row.getString(0)));
        return texts;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private final class Starts implements Dispatch {
        @Override
        public Slot reserve(String executionId, String taskName) {
            return room ? new Place() : null;
        }

        @Override
        public void workDue(String taskName, long inMillis) {}

        @Override
        public void replaced(String executionId) {}

        @Override
        public void ended(Execution execution) {}
    }

    private final class Place implements Dispatch.Slot {
        @Override
        public String holder() {
            return "starter";
        }

        @Override
        public Duration lease() {
            return LEASE;
        }

        @Override
        public void run(Execution inserted, Long timeoutMillis) {
            eager.add(new Lease(inserted.id(), inserted.runIndex(), 1));
        }

        @Override
        public void abandon() {}
    }

    private static final class NoWaits implements Waits {
        @Override
        public Uni<Execution> await(String id, Duration timeout) {
            return Uni.createFrom().nullItem();
        }

        @Override
        public Uni<Execution> awaitStarted(String id, Duration timeout, Uni<Started> start) {
            return start.map(Started::execution);
        }

        @Override
        public Uni<List<Execution>> awaitMany(List<String> ids, boolean all, Duration timeout) {
            return Uni.createFrom().item(List.of());
        }

        @Override
        public Multi<Execution> changes(String id) {
            return Multi.createFrom().empty();
        }

        @Override
        public void ended(Execution execution) {}

        @Override
        public void changed(String id) {}
    }
}
