package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.List;
import java.util.function.Function;

/** Tells an observer how long things take, and changes nothing about them. */
final class Timed {

    private Timed() {}

    /** The statement of a batch. */
    static <I, O> Function<List<I>, Uni<List<O>>> batch(
            String kind, Function<List<I>, Uni<List<O>>> statement, StoreObserver observer) {
        return batch -> {
            long begin = System.nanoTime();
            return statement.apply(batch).invoke(done -> observer.batch(kind, batch.size(), System.nanoTime() - begin));
        };
    }

    /** A start, from its arrival to its commit. */
    static <T> Uni<T> start(Uni<T> start, StoreObserver observer) {
        return Uni.createFrom().deferred(() -> {
            long begin = System.nanoTime();
            return start.invoke(done -> observer.started(System.nanoTime() - begin));
        });
    }

    /** A claim. */
    static Uni<RowSet<Row>> claim(Uni<RowSet<Row>> claim, StoreObserver observer) {
        return Uni.createFrom().deferred(() -> {
            long begin = System.nanoTime();
            return claim.invoke(rows -> {
                int expired = (int) ClaimReader.stream(rows)
                        .filter(row -> row.getBoolean("expired"))
                        .count();
                observer.claimed(rows.size(), expired, System.nanoTime() - begin);
            });
        });
    }
}
