package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.engine.PauseGate;
import io.zart.server.execution.Act;
import io.zart.server.execution.CallerTrace;
import io.zart.server.execution.EventReceipt;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStore;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.ListQuery;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.ServedTasks;
import io.zart.server.execution.Stats;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The store on PostgreSQL. */
public final class PgExecutionStore implements ExecutionStore {

    private static final int MOST_EVENTS = 10_000;

    /** @param act null for none that is to be remembered */
    private record Cancel(String id, Act act) {

        Act by() {
            return act == null ? Act.ANONYMOUS : act;
        }
    }

    private final Pool pool;
    private final Shown shown;
    private final CallerTrace trace;
    private final StartBatches starts;
    private final Batcher<String, Optional<Execution>> finds;
    private final Batcher<Cancel, Optional<Execution>> cancels;
    private final EventBatches events;

    /** A store of an instance that runs no bodies and does not know what is served. */
    public PgExecutionStore(Pool pool) {
        this(pool, ServedTasks.unknown(), PauseGate.OPEN);
    }

    /** A store with the default limit of events. */
    public PgExecutionStore(Pool pool, ServedTasks served, PauseGate pauses) {
        this(pool, served, pauses, MOST_EVENTS);
    }

    /** A store with a limit of events that no wait has taken yet. */
    public PgExecutionStore(Pool pool, ServedTasks served, PauseGate pauses, int mostEvents) {
        this(pool, served, pauses, BatchSizes.NONE, StoreObserver.NONE, () -> null, mostEvents);
    }

    /**
     * A store on a pool.
     *
     * @param served shows which executions wait for a worker
     * @param pauses learns the rules of which an eager start tells, before the start is answered
     * @param mostEvents events of an execution that no wait has taken yet
     */
    PgExecutionStore(
            Pool pool,
            ServedTasks served,
            PauseGate pauses,
            BatchSizes sizes,
            StoreObserver observer,
            CallerTrace trace,
            int mostEvents) {
        this.pool = pool;
        this.events = new EventBatches(pool, mostEvents, sizes, observer);
        this.trace = trace;
        this.shown = new Shown(served);
        this.starts = new StartBatches(pool, shown, new PauseVersion(pauses), sizes, observer, trace);
        this.finds = new Batcher<>(
                Timed.batch("read", this::findBatch, observer), id -> id, id -> 0, Pace.of(2), sizes.of("read"));
        this.cancels = new Batcher<>(this::cancelAll, Cancel::id, cancel -> 0, Pace.of(2), sizes.of("cancel"));
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    @Override
    public Uni<Execution> insert(NewExecution start, String holder, Duration lease) {
        return starts.insert(start, holder, lease);
    }

    static String payload(JsonText payload) {
        return payload.isNull() ? null : payload.text();
    }

    static String text(JsonText json) {
        return json == null ? null : json.text();
    }

    static Long millis(Duration duration) {
        return duration == null ? null : duration.toMillis();
    }

    static OffsetDateTime time(java.time.Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    @Override
    public Uni<Execution> newRun(NewExecution start, String trigger, String triggeredBy, boolean replaceActive) {
        Tuple parameters = Tuple.tuple()
                .addString(start.id())
                .addString(payload(start.payload()))
                .addString(trigger)
                .addString(triggeredBy)
                .addOffsetDateTime(time(start.startAt()))
                .addBoolean(replaceActive)
                .addLong(millis(start.delay()))
                .addLong(millis(start.timeout()))
                .addString(text(start.tags()))
                .addBoolean(false)
                .addString(null)
                .addString(null)
                .addString(null)
                .addString(null)
                .addString(trace.current());
        return StoreErrors.guarded(() -> pool.withTransaction(connection -> lockRun(connection, start.id())
                        .chain(() ->
                                connection.preparedQuery(ExecutionSql.NEW_RUN).execute(parameters))))
                .map(this::first);
    }

    static Uni<?> lockRun(SqlConnection connection, String id) {
        Uni<?> locked = Uni.createFrom().voidItem();
        for (String sql : ExecutionSql.LOCK_RUN) {
            locked = locked.chain(() -> connection.preparedQuery(sql).execute(Tuple.of(id)));
        }
        return locked;
    }

    private Execution first(RowSet<Row> rows) {
        return rows.size() == 0 ? null : shown.of(rows.iterator().next());
    }

    @Override
    public Uni<Execution> find(String id) {
        return finds.submit(id).map(found -> found.orElse(null));
    }

    private Uni<List<Optional<Execution>>> findBatch(List<String> ids) {
        return findRows(ExecutionSql.FIND, ids).map(rows -> inOrder(ids, rows));
    }

    private List<Optional<Execution>> inOrder(List<String> ids, RowSet<Row> rows) {
        Map<String, Execution> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.getString("id"), shown.of(row)));
        return ids.stream().map(id -> Optional.ofNullable(byId.get(id))).toList();
    }

    private Uni<RowSet<Row>> findRows(String sql, Collection<String> ids) {
        return pool.preparedQuery(sql).execute(Tuple.tuple().addArrayOfString(ids.toArray(String[]::new)));
    }

    @Override
    public Uni<List<Execution>> findAll(Collection<String> ids) {
        return StoreErrors.guarded(() -> findRows(ExecutionSql.FIND, ids)).map(this::all);
    }

    @Override
    public Uni<List<Execution>> findEnded(Collection<String> ids) {
        return StoreErrors.guarded(() -> findRows(ExecutionSql.FIND_ENDED, ids)).map(this::all);
    }

    private List<Execution> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false).map(shown::of).toList();
    }

    @Override
    public Uni<List<Execution>> list(ListQuery query) {
        return few(query).chain(few -> {
            ListSql sql = new ListSql(query, few);
            return query(sql.text(), sql.parameters()).map(this::all);
        });
    }

    private Uni<Boolean> few(ListQuery query) {
        if (!ListSql.probed(query)) {
            return Uni.createFrom().item(false);
        }
        ListSql probe = ListSql.probe(query);
        return query(probe.text(), probe.parameters())
                .map(rows -> rows.iterator().next().getBoolean("few"));
    }

    @Override
    public Uni<Stats> stats() {
        return query(ExecutionSql.STATS, Tuple.tuple()).map(rows -> {
            Row row = rows.iterator().next();
            return new Stats(
                    row.getLong("scheduled"),
                    row.getLong("running"),
                    row.getLong("completed"),
                    row.getLong("failed"),
                    row.getLong("cancelled"));
        });
    }

    /** Folds the deltas of the counts into one row; the sum does not change. */
    public Uni<Void> foldStats() {
        return query(ExecutionSql.FOLD, Tuple.tuple()).replaceWithVoid();
    }

    @Override
    public Uni<Execution> cancel(String id, Act act) {
        return cancels.submit(new Cancel(id, act)).map(cancelled -> cancelled.orElse(null));
    }

    private Uni<List<Optional<Execution>>> cancelAll(List<Cancel> batch) {
        List<String> ids = batch.stream().map(Cancel::id).toList();
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(ids.toArray(String[]::new))
                .addArrayOfBoolean(Columns.booleans(batch, cancel -> cancel.act() != null))
                .addArrayOfString(Columns.text(batch, cancel -> cancel.by().triggeredBy()))
                .addArrayOfString(Columns.text(batch, cancel -> cancel.by().reason()))
                .addArrayOfString(Columns.text(batch, cancel -> cancel.by().bulkId()));
        return pool.preparedQuery(ExecutionSql.CANCEL).execute(parameters).map(rows -> inOrder(ids, rows));
    }

    @Override
    public Uni<EventReceipt> deliver(String id, String eventName, JsonText payload, String dedupKey) {
        return events.deliver(id, eventName, payload, dedupKey);
    }
}
