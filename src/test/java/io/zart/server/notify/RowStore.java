package io.zart.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.zart.server.execution.Act;
import io.zart.server.execution.EventReceipt;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.ExecutionStore;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.ListQuery;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.Stats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads and ends rows of a table of its own in a real database; what waits need, and no more. */
final class RowStore implements ExecutionStore {

    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger rowsRead = new AtomicInteger();
    private final Pool pool;
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    RowStore(Pool pool) {
        this.pool = pool;
    }

    void create() {
        run("create table row (id text primary key, status text not null, version int not null)", Tuple.tuple());
    }

    void add(String id) {
        run("insert into row values ($1, 'running', 1)", Tuple.of(id));
    }

    Execution end(String id) {
        run("update row set status = 'completed', version = version + 1 where id = $1", Tuple.of(id));
        return find(id).await().atMost(Duration.ofSeconds(10));
    }

    void touch(String id) {
        run("update row set version = version + 1 where id = $1", Tuple.of(id));
    }

    void run(String sql, Tuple arguments) {
        Uni.createFrom()
                .completionStage(pool.preparedQuery(sql).execute(arguments).toCompletionStage())
                .await()
                .atMost(Duration.ofSeconds(10));
    }

    /** From now on reads of several rows wait until the answer is run. */
    Runnable holdReadsOfMany() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        gate = closed;
        return () -> closed.complete(null);
    }

    /** Until a read is held. */
    void awaitHeld() {
        try {
            assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletionStage<Void> gate(Collection<String> ids) {
        if (ids.size() > 1 && !gate.isDone()) {
            held.countDown();
            return gate;
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Uni<Execution> find(String id) {
        return findAll(List.of(id)).onItem().transform(found -> found.isEmpty() ? null : found.get(0));
    }

    @Override
    public Uni<List<Execution>> findAll(Collection<String> ids) {
        return find(ids, "true");
    }

    @Override
    public Uni<List<Execution>> findEnded(Collection<String> ids) {
        return find(ids, "status <> 'running'");
    }

    private Uni<List<Execution>> find(Collection<String> ids, String condition) {
        reads.incrementAndGet();
        return Uni.createFrom()
                .completionStage(() -> gate(ids)
                        .thenCompose(open -> pool.preparedQuery(
                                        "select id, status, version from row where id = any($1) and " + condition)
                                .execute(Tuple.of(ids.toArray(String[]::new)))
                                .toCompletionStage()))
                .onItem()
                .transform(rows -> {
                    List<Execution> found = new ArrayList<>();
                    rows.forEach(row -> found.add(execution(row)));
                    rowsRead.addAndGet(found.size());
                    return found;
                });
    }

    private static Execution execution(Row row) {
        return new Execution(
                row.getString(0),
                "task",
                JsonText.NULL,
                ExecutionStatus.ofWire(row.getString(1)).orElseThrow(),
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                row.getInteger(2),
                null,
                null,
                0,
                null,
                null,
                null);
    }

    @Override
    public Uni<Execution> insert(NewExecution start, String holder, Duration lease) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Execution> newRun(NewExecution start, String trigger, String triggeredBy, boolean replaceActive) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<List<Execution>> list(ListQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Stats> stats() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Execution> cancel(String id, Act act) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<EventReceipt> deliver(String id, String eventName, JsonText payload, String dedupKey) {
        throw new UnsupportedOperationException();
    }
}
