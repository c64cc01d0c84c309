package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parks of activations, of bodies in this process and of workers, those of one moment in one statement; and what those that
 * were refused did not know.
 */
final class ParkBatches {

    private static final int NAME_CHARACTERS = 64;

    /** An open step of the park at that place of a batch, from 1. */
    private record Open(long slot, Park.OpenStep step) {}

    private final Pool pool;
    private final PauseVersion pauses;
    private final Batcher<Park, Verdict> parks;
    private final Batcher<Lease, Optional<Journal.Events>> news;

    ParkBatches(Pool pool, PauseVersion pauses, BatchSizes sizes, StoreObserver observer) {
        this.pool = pool;
        this.pauses = pauses;
        this.parks = new Batcher<>(
                Timed.batch("park", this::parkAll, observer),
                park -> park.lease().executionId(),
                park -> (1 + park.openSteps().size()) * NAME_CHARACTERS,
                Pace.of(2),
                sizes.of("park"));
        this.news = new Batcher<>(
                Timed.batch("news", this::readNews, observer),
                ParkBatches::key,
                lease -> 0,
                Pace.of(2),
                sizes.of("news"));
    }

    Uni<Verdict> park(Park park) {
        return parks.submit(park);
    }

    /** Null when the lease is lost. */
    Uni<Journal.Events> news(Lease lease) {
        return news.submit(lease).map(found -> found.orElse(null));
    }

    private Uni<List<Optional<Journal.Events>>> readNews(List<Lease> batch) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(Columns.text(batch, Lease::executionId))
                .addArrayOfLong(Columns.longs(batch, Lease::epoch));
        return pool.preparedQuery(JournalSql.NEWS)
                .execute(parameters)
                .call(pauses::learn)
                .map(rows -> {
                    Map<String, List<Row>> byRun =
                            ClaimReader.stream(rows).collect(Collectors.groupingBy(ParkBatches::key));
                    return batch.stream()
                            .map(lease ->
                                    Optional.ofNullable(byRun.get(key(lease))).map(ParkBatches::events))
                            .toList();
                });
    }

    private static Journal.Events events(List<Row> rows) {
        return new Journal.Events(
                rows.get(0).getInteger("event_count"),
                rows.stream()
                        .filter(row -> row.getLong("seq") != null)
                        .map(ClaimReader::event)
                        .toList());
    }

    private Uni<List<Verdict>> parkAll(List<Park> batch) {
        List<Open> open = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            long slot = i + 1L;
            batch.get(i).openSteps().forEach(step -> open.add(new Open(slot, step)));
        }
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(Columns.text(batch, p -> p.lease().executionId()))
                .addArrayOfLong(Columns.longs(batch, p -> p.lease().epoch()))
                .addArrayOfLong(Columns.longs(batch, Park::wakeMillis))
                .addArrayOfInteger(Columns.integers(batch, Park::eventCount))
                .addArrayOfString(Columns.text(batch, Park::waitKind))
                .addArrayOfString(Columns.text(batch, Park::waitName))
                .addArrayOfLong(Columns.longs(batch, Park::waitUntilMillis))
                .addArrayOfString(Columns.text(batch, p -> lines(p.waitEvents())))
                .addArrayOfString(Columns.text(
                        batch, p -> p.held() == null ? null : lines(p.held().ruleIds())))
                .addArrayOfLong(Columns.longs(
                        batch,
                        p -> p.held() == null ? null : Long.valueOf(p.held().version())))
                .addArrayOfBoolean(Columns.booleans(
                        batch, p -> p.held() != null && p.held().unbegun()))
                .addBoolean(batch.stream().anyMatch(p -> p.held() != null))
                .addArrayOfLong(Columns.longs(open, Open::slot))
                .addArrayOfString(Columns.text(open, o -> o.step().name()))
                .addArrayOfString(Columns.text(open, o -> o.step().kind()))
                .addArrayOfInteger(Columns.integers(open, o -> o.step().position()))
                .addArrayOfInteger(Columns.integers(open, o -> o.step().parallelGroup()))
                .addArrayOfLong(Columns.longs(open, o -> o.step().wakeMillis()))
                .addArrayOfInteger(Columns.integers(open, o -> o.step().attempt()));
        return pool.preparedQuery(JournalSql.PARK).execute(parameters).map(rows -> {
            Set<String> parked = new HashSet<>();
            rows.forEach(row -> parked.add(key(row)));
            return batch.stream()
                    .map(p -> verdict(p, parked.contains(key(p.lease()))))
                    .toList();
        });
    }

    private static Verdict verdict(Park park, boolean parked) {
        if (parked) {
            return Verdict.OK;
        }
        return park.eventCount() == null && park.held() == null ? Verdict.LEASE_LOST : Verdict.REFUSED;
    }

    /** Names have no control characters. */
    private static String lines(List<String> names) {
        return String.join("\n", names);
    }

    private static String key(Lease lease) {
        return lease.executionId() + '\n' + lease.epoch();
    }

    private static String key(Row row) {
        return row.getString("execution_id") + '\n' + row.getLong("lease_epoch");
    }
}
