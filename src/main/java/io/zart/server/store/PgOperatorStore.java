package io.zart.server.store;

import static java.util.stream.Collectors.toList;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import io.zart.server.execution.Act;
import io.zart.server.execution.AuditEntry;
import io.zart.server.execution.CallerTrace;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.History;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.OperatorStore;
import io.zart.server.execution.RerunPlan;
import io.zart.server.execution.RunRecord;
import io.zart.server.execution.ServedTasks;
import io.zart.server.execution.StepRecord;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** What operators read and do, on PostgreSQL. */
public final class PgOperatorStore implements OperatorStore {

    private static final String SNAPSHOT = "set transaction isolation level repeatable read, read only";
    private static final String BULK_KEY = "audit_bulk";

    private final Pool pool;
    private final Shown shown;
    private final CallerTrace trace;

    /** A store that remembers no traces. */
    public PgOperatorStore(Pool pool, ServedTasks served) {
        this(pool, served, () -> null);
    }

    /**
     * A store on a pool.
     *
     * @param served shows which executions wait for a worker
     * @param trace the trace of an act is kept with the run that it begins
     */
    PgOperatorStore(Pool pool, ServedTasks served, CallerTrace trace) {
        this.pool = pool;
        this.shown = new Shown(served);
        this.trace = trace;
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    private <T> Uni<T> transaction(Function<SqlConnection, Uni<T>> work) {
        return StoreErrors.guarded(() -> pool.withTransaction(work));
    }

    private <T> Uni<T> snapshot(Function<SqlConnection, Uni<T>> reads) {
        return transaction(connection -> connection.query(SNAPSHOT).execute().chain(set -> reads.apply(connection)));
    }

    private static Uni<RowSet<Row>> on(SqlConnection connection, String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }

    @Override
    public Uni<History> history(String id, Integer runIndex) {
        return snapshot(connection -> on(
                        connection, ExecutionSql.FIND, Tuple.tuple().addArrayOfString(new String[] {id}))
                .map(rows -> rows.size() == 0 ? null : shown.of(rows.iterator().next()))
                .chain(execution -> execution == null
                        ? Uni.createFrom().nullItem()
                        : history(connection, execution, runIndex == null ? execution.runIndex() : runIndex)));
    }

    private static Uni<History> history(SqlConnection connection, Execution execution, int runIndex) {
        String id = execution.id();
        return on(connection, OperatorSql.RUNS, Tuple.of(id))
                .map(PgOperatorStore::runs)
                .chain(runs -> steps(connection, id, runIndex)
                        .map(steps -> new History(
                                execution,
                                runs,
                                runs.stream()
                                        .filter(run -> run.index() == runIndex)
                                        .findFirst()
                                        .orElse(null),
                                steps)));
    }

    private static Uni<List<StepRecord>> steps(SqlConnection connection, String id, int runIndex) {
        Tuple run = Tuple.of(id, runIndex);
        return on(connection, OperatorSql.STEPS, run)
                .chain(steps -> on(connection, OperatorSql.ATTEMPTS, run)
                        .chain(attempts -> on(connection, OperatorSql.WORKING, run)
                                .map(working -> StepHistory.of(steps, attempts, working))));
    }

    @Override
    public Uni<List<RunRecord>> runs(String id) {
        return query(OperatorSql.RUNS, Tuple.of(id)).map(PgOperatorStore::runs);
    }

    private static List<RunRecord> runs(RowSet<Row> rows) {
        return stream(rows)
                .map(row -> new RunRecord(
                        row.getString("id"),
                        row.getInteger("run_index"),
                        JsonText.orNull(row.getString("payload")),
                        Rows.status(row.getString("status"), Rows.instant(row, "started_at")),
                        Rows.json(row, "result"),
                        Rows.json(row, "error"),
                        Rows.instant(row, "started_at"),
                        Rows.instant(row, "completed_at"),
                        row.getString("trigger"),
                        row.getString("triggered_by")))
                .collect(toList());
    }

    private static java.util.stream.Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    @Override
    public Uni<Reopened> retryStep(String id, String stepName, Act act) {
        Tuple parameters = Tuple.tuple()
                .addString(id)
                .addString(stepName)
                .addString(act.triggeredBy())
                .addString(act.reason())
                .addString(act.bulkId())
                .addString(new JsonObject().put("stepName", stepName).encode())
                .addString(trace.current());
        return query(OperatorSql.RETRY_STEP, parameters)
                .onFailure(PgOperatorStore::doneBefore)
                .transform(failure -> alreadyDone(id))
                .map(rows -> rows.size() == 0 ? null : reopened(rows.iterator().next()));
    }

    private static Reopened reopened(Row row) {
        Execution execution = Rows.execution(row);
        long token = row.getLong("lease_epoch") + 1;
        return new Reopened(execution, RunRecord.id(execution.id(), execution.runIndex()) + ":task:" + token);
    }

    @Override
    public Uni<Execution> restart(String id, JsonText payload, Act act) {
        Tuple parameters = newRun(id, payload, "restart", "restart", act, null, trace.current());
        return transaction(connection -> PgExecutionStore.lockRun(connection, id)
                        .chain(() -> on(connection, ExecutionSql.NEW_RUN, parameters)))
                .onFailure(PgOperatorStore::doneBefore)
                .transform(failure -> alreadyDone(id))
                .map(PgOperatorStore::begun);
    }

    private static Tuple newRun(
            String id,
            JsonText payload,
            String trigger,
            String operation,
            Act act,
            JsonObject detail,
            String traceParent) {
        return Tuple.tuple()
                .addString(id)
                .addString(payload == null ? null : PgExecutionStore.payload(payload))
                .addString(trigger)
                .addString(act.triggeredBy())
                .addOffsetDateTime(null)
                .addBoolean(true)
                .addLong(null)
                .addLong(null)
                .addString(null)
                .addBoolean(payload == null)
                .addString(operation)
                .addString(act.reason())
                .addString(act.bulkId())
                .addString(detail == null ? null : detail.encode())
                .addString(traceParent);
    }

    private static Execution begun(RowSet<Row> rows) {
        return rows.size() == 0 ? null : Rows.execution(rows.iterator().next());
    }

    @Override
    public Uni<Rerun> rerun(String id, RerunRule rule, boolean dryRun, Act act) {
        if (dryRun) {
            return history(id, null)
                    .map(history -> history == null
                            ? null
                            : new Rerun(history.run().index() + 1, rule.plan(history.steps()), null));
        }
        String traceParent = trace.current();
        return transaction(connection -> on(connection, ExecutionSql.LOCK_RUN.get(0), Tuple.of(id))
                        .chain(() -> on(connection, ExecutionSql.LOCK_RUN.get(1), Tuple.of(id)))
                        .chain(task -> on(connection, ExecutionSql.LOCK_RUN.get(2), Tuple.of(id))
                                .chain(rows -> locked(connection, id, task, rows, rule, act, traceParent))))
                .onFailure(PgOperatorStore::doneBefore)
                .transform(failure -> alreadyDone(id));
    }

    private static Uni<Rerun> locked(
            SqlConnection connection,
            String id,
            RowSet<Row> task,
            RowSet<Row> rows,
            RerunRule rule,
            Act act,
            String traceParent) {
        // Active without a task: a run has begun between the two locks.
        if (rows.size() == 0
                || (task.size() == 0
                        && rows.iterator().next().getString("status").equals("active"))) {
            return Uni.createFrom().nullItem();
        }
        int current = rows.iterator().next().getInteger("run_index");
        return steps(connection, id, current).chain(steps -> {
            RerunPlan plan = rule.plan(steps);
            JsonObject detail = new JsonObject().put("effectiveRerun", new JsonArray(plan.effective()));
            Tuple parameters = newRun(id, null, "selectivererun", "rerun", act, detail, traceParent);
            return on(connection, ExecutionSql.NEW_RUN, parameters)
                    .map(PgOperatorStore::begun)
                    .chain(begun -> begun == null
                            ? Uni.createFrom().nullItem()
                            : on(
                                            connection,
                                            OperatorSql.CARRY,
                                            Tuple.of(id, current, current + 1)
                                                    .addArrayOfString(
                                                            plan.carried().toArray(String[]::new)))
                                    .replaceWith(new Rerun(current + 1, plan, begun)));
        });
    }

    private static boolean doneBefore(Throwable failure) {
        return failure instanceof PgException error && BULK_KEY.equals(error.getConstraint());
    }

    private static DomainException alreadyDone(String id) {
        return new DomainException(
                ErrorCode.ALREADY_DONE, "the bulk operation has acted on execution '" + id + "' before");
    }

    @Override
    public Uni<List<AuditEntry>> audit(String executionId, Long before, int limit) {
        long below = before == null ? Long.MAX_VALUE : before;
        Uni<RowSet<Row>> rows = executionId == null
                ? query(OperatorSql.AUDIT, Tuple.of(below, limit))
                : query(OperatorSql.AUDIT_OF, Tuple.of(below, limit, executionId));
        return rows.map(found -> stream(found)
                .map(row -> new AuditEntry(
                        row.getLong("seq"),
                        row.getString("execution_id"),
                        row.getInteger("run_index"),
                        row.getString("operation"),
                        row.getString("triggered_by"),
                        row.getString("reason"),
                        Rows.instant(row, "at"),
                        Rows.json(row, "detail"),
                        row.getString("bulk_id")))
                .collect(toList()));
    }
}
