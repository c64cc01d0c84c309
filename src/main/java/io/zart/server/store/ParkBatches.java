package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.engine.Park;
import io.zart.server.engine.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The parks of activations, of bodies in this process and of workers, those of one moment in one statement. */
final class ParkBatches {

    private static final int NAME_CHARACTERS = 64;

    /** An open step of the park at that place of a batch, from 1. */
    private record Open(long slot, Park.OpenStep step) {}

    private final Pool pool;
    private final Batcher<Park, Verdict> parks;

    ParkBatches(Pool pool, BatchSizes sizes, StoreObserver observer) {
        this.pool = pool;
        this.parks = new Batcher<>(
                Timed.batch("park", this::parkAll, observer),
                park -> park.lease().executionId(),
                park -> (1 + park.openSteps().size()) * NAME_CHARACTERS,
                Pace.of(2),
                sizes.of("park"));
    }

    Uni<Verdict> park(Park park) {
        return parks.submit(park);
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
            rows.forEach(row -> parked.add(key(row.getString(0), row.getLong(1))));
            return batch.stream()
                    .map(p -> verdict(
                            p,
                            parked.contains(
                                    key(p.lease().executionId(), p.lease().epoch()))))
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

    private static String key(String executionId, long epoch) {
        return executionId + '\n' + epoch;
    }
}
