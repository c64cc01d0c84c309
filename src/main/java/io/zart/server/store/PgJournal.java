package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.engine.Children;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Heartbeat;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The journal on PostgreSQL. */
public final class PgJournal implements Journal {

    private record Finish(Lease lease, Execution snapshot, ExecutionStatus end, JsonText result, JsonText error) {}

    private final Pool pool;
    private final PauseVersion pauses;
    private final StoreObserver observer;
    private final StepBatches steps;
    private final Batcher<Finish, Execution[]> ends;
    private final ParkBatches parks;
    private final ClaimReader claims;
    private final Children children;

    /** A journal without pause rules. */
    public PgJournal(Pool pool) {
        this(pool, PauseGate.OPEN);
    }

    /** @param pauses learns the rules of which an answer tells, before the answer is acted on */
    public PgJournal(Pool pool, PauseGate pauses) {
        this(pool, pauses, BatchSizes.NONE, StoreObserver.NONE);
    }

    PgJournal(Pool pool, PauseGate pauses, BatchSizes sizes, StoreObserver observer) {
        this.pool = pool;
        this.pauses = new PauseVersion(pauses);
        this.observer = observer;
        this.claims = new ClaimReader(pool);
        this.children = new PgChildren(pool);
        this.steps = new StepBatches(pool, this.pauses, sizes, observer);
        this.parks = new ParkBatches(pool, this.pauses, sizes, observer);
        this.ends = new Batcher<>(
                Timed.batch("end", this::finishAll, observer),
                f -> f.lease().executionId(),
                f -> length(f.result()) + length(f.error()),
                Pace.of(2),
                sizes.of("end"));
    }

    private static int length(JsonText text) {
        return text == null ? 0 : text.text().length();
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    @Override
    public Uni<Verdict> record(StepOutcome outcome) {
        return steps.record(outcome);
    }

    @Override
    public Uni<Verdict> recordFailure(FailedAttempt attempt) {
        return steps.recordFailure(attempt);
    }

    private static String text(JsonText json) {
        return json == null ? null : json.text();
    }

    @Override
    public Uni<Execution> finish(
            Lease lease, Execution snapshot, ExecutionStatus end, JsonText result, JsonText error) {
        return ends.submit(new Finish(lease, snapshot, end, result, error))
                .map(ended -> ended.length == 0 ? null : ended[0]);
    }

    private Uni<List<Execution[]>> finishAll(List<Finish> batch) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(Columns.text(batch, f -> f.lease().executionId()))
                .addArrayOfLong(Columns.longs(batch, f -> f.lease().epoch()))
                .addArrayOfString(Columns.text(batch, f -> f.end().wire()))
                .addArrayOfString(Columns.text(batch, f -> text(f.result())))
                .addArrayOfString(Columns.text(batch, f -> text(f.error())));
        return pool.preparedQuery(JournalSql.FINISH).execute(parameters).map(rows -> {
            Map<String, Row> byId = new HashMap<>();
            rows.forEach(row -> byId.put(row.getString("id"), row));
            return batch.stream()
                    .map(f -> ended(f, byId.get(f.lease().executionId())))
                    .toList();
        });
    }

    private static Execution[] ended(Finish finish, Row row) {
        return row == null
                ? new Execution[0]
                : new Execution[] {
                    finish.snapshot()
                            .ended(
                                    finish.end(),
                                    finish.result(),
                                    finish.error(),
                                    Rows.instant(row, "completed_at"),
                                    row.getInteger("version"))
                };
    }

    @Override
    public Uni<Verdict> park(Park park) {
        return parks.park(park);
    }

    @Override
    public Uni<Events> events(Lease lease) {
        return parks.news(lease);
    }

    @Override
    public Uni<Claim> claim(String holder, Collection<String> taskNames, int limit, Duration lease) {
        // In another order each time, so that a name with a long queue does not keep the others out.
        List<String> shuffled = new ArrayList<>(taskNames);
        Collections.shuffle(shuffled, ThreadLocalRandom.current());
        String[] names = shuffled.toArray(String[]::new);
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(names)
                .addInteger(limit)
                .addLong(lease.toMillis())
                .addString(holder);
        return Timed.claim(query(JournalSql.CLAIM, parameters), observer)
                .call(pauses::learn)
                .chain(rows -> claims.withHistory(rows))
                .chain(tasks -> nextDue(names).map(millis -> new Claim(tasks, millis)));
    }

    /** Null when it is not known: tasks that are claimed must reach the engine all the same. */
    private Uni<Long> nextDue(String[] names) {
        return query(JournalSql.NEXT_DUE, Tuple.tuple().addArrayOfString(names))
                .map(next -> ClaimReader.millis(next.iterator().next(), "ms"))
                .onFailure()
                .recoverWithNull();
    }

    @Override
    public Uni<Set<String>> renew(Collection<Lease> leases, Duration lease) {
        return renewAll(leases.stream().map(held -> new Heartbeat(held, null)).toList(), lease);
    }

    @Override
    public Uni<Set<String>> renewAll(Collection<Heartbeat> heartbeats, Duration lease) {
        List<Heartbeat> beats = List.copyOf(heartbeats);
        Tuple parameters = leases(beats.stream().map(Heartbeat::lease).toList())
                .addLong(lease.toMillis())
                .addArrayOfString(Columns.text(beats, beat -> text(beat.working())));
        return query(JournalSql.RENEW, parameters).map(rows -> {
            Set<String> lost = new HashSet<>();
            rows.forEach(row -> lost.add(row.getString(0)));
            return lost;
        });
    }

    private static Tuple leases(Collection<Lease> leases) {
        List<Lease> list = List.copyOf(leases);
        return Tuple.tuple()
                .addArrayOfString(Columns.text(list, Lease::executionId))
                .addArrayOfLong(Columns.longs(list, Lease::epoch));
    }

    @Override
    public Uni<Void> release(Collection<Lease> leases) {
        return query(JournalSql.RELEASE, leases(leases)).replaceWithVoid();
    }

    @Override
    public Children children() {
        return children;
    }

    @Override
    public Uni<Expired> expireDeadlines() {
        return query(JournalSql.EXPIRE, Tuple.tuple())
                .chain(ended -> query(JournalSql.NEXT_DEADLINE, Tuple.tuple())
                        .map(next -> new Expired(
                                ClaimReader.stream(ended).map(Rows::execution).toList(),
                                ClaimReader.millis(next.iterator().next(), "ms"))));
    }
}
