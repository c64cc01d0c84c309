package io.zart.server.store;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.engine.BufferedEvent;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Lease;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.RecordedStep;
import io.zart.server.worker.Presence;
import io.zart.server.worker.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What remote workers need, on PostgreSQL. */
public final class PgWorkerStore implements WorkerStore {

    private static final int NAME_CHARACTERS = 64;

    private record Question(Lease lease, Collection<String> steps, boolean events) {}

    private record Beginning(Lease lease, Working step) {}

    private record Extension(Lease lease, Duration length) {}

    private final Pool pool;
    private final PauseVersion pauses;
    private final ClaimReader claims;
    private final Batcher<Question, Optional<Known>> questions;
    private final Batcher<Beginning, Optional<String>> beginnings;
    private final Batcher<Extension, Optional<Instant>> extensions;
    private final Batcher<Lease, Optional<String>> returns;
    private final Batcher<Lease, Optional<Standing>> standings;

    /** @param pauses learns the rules of which an answer tells, before the answer is acted on */
    public PgWorkerStore(Pool pool, PauseGate pauses) {
        this.pool = pool;
        this.pauses = new PauseVersion(pauses);
        this.claims = new ClaimReader(pool);
        this.questions = new Batcher<>(
                this::knownAll, q -> key(q.lease()), q -> q.steps().size() * NAME_CHARACTERS, Pace.of(2));
        this.beginnings = new Batcher<>(this::workingAll, b -> key(b.lease()), b -> NAME_CHARACTERS, Pace.of(1));
        this.extensions = new Batcher<>(this::extendAll, e -> key(e.lease()), e -> NAME_CHARACTERS, Pace.of(1));
        this.returns = new Batcher<>(this::handBackAll, PgWorkerStore::key, lease -> NAME_CHARACTERS, Pace.of(1));
        this.standings = new Batcher<>(this::standingAll, Lease::executionId, lease -> NAME_CHARACTERS, Pace.of(1));
    }

    private static String key(Lease lease) {
        return key(lease.executionId(), lease.epoch());
    }

    private static String key(String executionId, long epoch) {
        return executionId + '\n' + epoch;
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return StoreErrors.guarded(() -> pool.preparedQuery(sql).execute(parameters));
    }

    @Override
    public Uni<List<Handed>> claim(List<String> holders, Collection<String> taskNames, Duration lease) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(taskNames.toArray(String[]::new))
                .addInteger(holders.size())
                .addLong(lease.toMillis())
                .addArrayOfString(holders.toArray(String[]::new));
        long until = System.nanoTime() + lease.toNanos();
        return query(JournalSql.CLAIM_FOR, parameters)
                .call(pauses::learn)
                .chain(rows -> claims.withHistory(rows).map(tasks -> handed(rows, tasks, until)));
    }

    private static List<Handed> handed(RowSet<Row> rows, List<ClaimedTask> tasks, long until) {
        List<Handed> handed = new ArrayList<>(tasks.size());
        int next = 0;
        for (Row row : rows) {
            handed.add(new Handed(
                    tasks.get(next++),
                    (int) (row.getLong("slot") - 1),
                    Rows.instant(row, "run_at"),
                    until,
                    Rows.instant(row, "deadline")));
        }
        return handed;
    }

    @Override
    public Uni<List<Due>> due(Collection<String> taskNames) {
        return query(WorkerSql.DUE, Tuple.tuple().addArrayOfString(taskNames.toArray(String[]::new)))
                .map(rows -> ClaimReader.stream(rows)
                        .map(row -> new Due(row.getString("name"), ClaimReader.millis(row, "ms")))
                        .toList());
    }

    @Override
    public Uni<Known> known(Lease lease, Collection<String> steps, boolean events) {
        return questions.submit(new Question(lease, steps, events)).map(known -> known.orElse(null));
    }

    private Uni<List<Optional<Known>>> knownAll(List<Question> batch) {
        Tuple parameters =
                leases(batch, Question::lease).addArrayOfString(Columns.text(batch, q -> String.join("\n", q.steps())));
        String[] eventful = batch.stream()
                .filter(Question::events)
                .map(q -> q.lease().executionId())
                .toArray(String[]::new);
        // The count first: an event that comes in between is read but not counted, which only refuses the next park
        // once more.
        return pool.preparedQuery(WorkerSql.KNOWN)
                .execute(parameters)
                .call(pauses::learn)
                .chain(rows -> eventful.length == 0
                        ? Uni.createFrom().item(known(batch, rows, Map.of()))
                        : query(JournalSql.EVENTS, Tuple.tuple().addArrayOfString(eventful))
                                .map(events -> known(batch, rows, eventsById(events))));
    }

    private static Map<String, List<BufferedEvent>> eventsById(RowSet<Row> events) {
        return ClaimReader.stream(events)
                .collect(groupingBy(row -> row.getString("execution_id"), mapping(ClaimReader::event, toList())));
    }

    private static List<Optional<Known>> known(
            List<Question> batch, RowSet<Row> rows, Map<String, List<BufferedEvent>> events) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, Map<String, RecordedStep>> steps = new HashMap<>();
        Map<String, Map<String, Integer>> retried = new HashMap<>();
        rows.forEach(row -> {
            String key = key(row.getString("execution_id"), row.getLong("lease_epoch"));
            counts.put(key, row.getInteger("event_count"));
            String name = row.getString("name");
            RecordedStep step = name == null ? null : ClaimReader.step(row);
            if (step != null && step.retried()) {
                retried.computeIfAbsent(key, absent -> new HashMap<>()).put(name, step.attempt());
            } else if (step != null) {
                steps.computeIfAbsent(key, absent -> new HashMap<>()).put(name, step);
            }
        });
        return batch.stream()
                .map(question -> {
                    String key = key(question.lease());
                    return Optional.ofNullable(counts.get(key))
                            .map(count -> new Known(
                                    count,
                                    steps.getOrDefault(key, Map.of()),
                                    retried.getOrDefault(key, Map.of()),
                                    events.getOrDefault(question.lease().executionId(), List.of())));
                })
                .toList();
    }

    @Override
    public Uni<Boolean> working(Lease lease, Working step) {
        return beginnings.submit(new Beginning(lease, step)).map(Optional::isPresent);
    }

    private Uni<List<Optional<String>>> workingAll(List<Beginning> batch) {
        Tuple parameters = leases(batch, Beginning::lease)
                .addArrayOfString(Columns.text(batch, b -> b.step().name()))
                .addArrayOfInteger(Columns.integers(batch, b -> b.step().position()))
                .addArrayOfInteger(Columns.integers(batch, b -> b.step().group()))
                .addArrayOfInteger(Columns.integers(batch, b -> b.step().attempt()));
        return pool.preparedQuery(WorkerSql.WORKING)
                .execute(parameters)
                .map(rows -> answers(batch, Beginning::lease, rows, row -> row.getString("execution_id")));
    }

    @Override
    public Uni<Instant> extend(Lease lease, Duration length) {
        return extensions.submit(new Extension(lease, length)).map(until -> until.orElse(null));
    }

    private Uni<List<Optional<Instant>>> extendAll(List<Extension> batch) {
        Tuple parameters = leases(batch, Extension::lease)
                .addArrayOfLong(Columns.longs(batch, e -> e.length().toMillis()));
        return pool.preparedQuery(WorkerSql.EXTEND)
                .execute(parameters)
                .map(rows -> answers(batch, Extension::lease, rows, row -> Rows.instant(row, "run_at")));
    }

    @Override
    public Uni<String> handBack(Lease lease) {
        return returns.submit(lease).map(name -> name.orElse(null));
    }

    private Uni<List<Optional<String>>> handBackAll(List<Lease> batch) {
        return pool.preparedQuery(WorkerSql.HAND_BACK)
                .execute(leases(batch, lease -> lease))
                .map(rows -> answers(batch, lease -> lease, rows, row -> row.getString("task_name")));
    }

    @Override
    public Uni<Standing> standing(Lease lease) {
        return standings.submit(lease).map(standing -> standing.orElse(null));
    }

    private Uni<List<Optional<Standing>>> standingAll(List<Lease> batch) {
        return pool.preparedQuery(WorkerSql.STANDING)
                .execute(Tuple.tuple().addArrayOfString(Columns.text(batch, Lease::executionId)))
                .map(rows -> {
                    Map<String, Standing> byId = new HashMap<>();
                    rows.forEach(row -> byId.put(
                            row.getString("id"),
                            new Standing(
                                    row.getString("status"),
                                    row.getInteger("run_index"),
                                    row.getLong("epoch"),
                                    row.getBoolean("held"))));
                    return batch.stream()
                            .map(lease -> Optional.ofNullable(byId.get(lease.executionId())))
                            .toList();
                });
    }

    @Override
    public Uni<Void> heardOf(String instance, Collection<Presence.Worker> workers) {
        List<Presence.Worker> list = List.copyOf(workers);
        long now = System.nanoTime();
        Tuple parameters = Tuple.tuple()
                .addString(instance)
                .addArrayOfString(Columns.text(list, Presence.Worker::id))
                .addArrayOfString(Columns.text(list, w -> String.join("\n", w.taskNames())))
                .addArrayOfInteger(Columns.integers(list, Presence.Worker::parked))
                .addArrayOfLong(Columns.longs(list, w -> w.parked() > 0 ? 0 : (now - w.seenNanos()) / 1_000_000));
        return query(WorkerSql.HEARD_OF, parameters).replaceWithVoid();
    }

    @Override
    public Uni<List<Seen>> seen() {
        return query(WorkerSql.SEEN, Tuple.tuple())
                .map(rows -> ClaimReader.stream(rows)
                        .map(row -> new Seen(
                                row.getString("worker_id"),
                                List.of(row.getArrayOfStrings("task_names")),
                                row.getInteger("parked"),
                                Rows.instant(row, "seen_at"),
                                row.getLong("held")))
                        .toList());
    }

    private static <I> Tuple leases(List<I> batch, Function<I, Lease> lease) {
        return Tuple.tuple()
                .addArrayOfString(Columns.text(batch, item -> lease.apply(item).executionId()))
                .addArrayOfLong(Columns.longs(batch, item -> lease.apply(item).epoch()));
    }

    private static <I, O> List<Optional<O>> answers(
            List<I> batch, Function<I, Lease> lease, RowSet<Row> rows, Function<Row, O> value) {
        Map<String, O> byLease = new HashMap<>();
        rows.forEach(
                row -> byLease.put(key(row.getString("execution_id"), row.getLong("lease_epoch")), value.apply(row)));
        return batch.stream()
                .map(item -> Optional.ofNullable(byLease.get(key(lease.apply(item)))))
                .toList();
    }
}
