package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.EventDelivery;
import io.zart.server.execution.EventReceipt;
import io.zart.server.execution.JsonText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The events that clients deliver, those of one moment in one statement. */
final class EventBatches {

    /** @param dedupKey null for none */
    private record Arrival(String id, String name, JsonText payload, String dedupKey) {}

    private final Pool pool;
    private final int mostEvents;
    private final Batcher<Arrival, Optional<Row>> arrivals;

    /** @param mostEvents events of an execution that no wait has taken yet */
    EventBatches(Pool pool, int mostEvents, BatchSizes sizes, StoreObserver observer) {
        this.pool = pool;
        this.mostEvents = mostEvents;
        this.arrivals = new Batcher<>(
                Timed.batch("event", this::deliverAll, observer),
                Arrival::id,
                arrival -> arrival.payload().text().length(),
                Pace.forClients(2),
                sizes.of("event"));
    }

    /** Null when the execution is unknown or not active. */
    Uni<EventReceipt> deliver(String id, String name, JsonText payload, String dedupKey) {
        return arrivals.submit(new Arrival(id, name, payload, dedupKey))
                .map(found -> found.map(row -> receipt(id, row)).orElse(null));
    }

    private Uni<List<Optional<Row>>> deliverAll(List<Arrival> batch) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfString(Columns.text(batch, Arrival::id))
                .addArrayOfString(Columns.text(batch, Arrival::name))
                .addArrayOfString(Columns.text(batch, arrival -> PgExecutionStore.payload(arrival.payload())))
                .addArrayOfString(Columns.text(batch, Arrival::dedupKey))
                .addInteger(mostEvents);
        return pool.preparedQuery(ExecutionSql.DELIVER).execute(parameters).map(rows -> {
            Map<String, Row> byId = new HashMap<>();
            rows.forEach(row -> byId.put(row.getString("id"), row));
            return batch.stream()
                    .map(arrival -> Optional.ofNullable(byId.get(arrival.id())))
                    .toList();
        });
    }

    private EventReceipt receipt(String id, Row row) {
        boolean stored = row.getBoolean("stored");
        if (!stored && row.getBoolean("full_up")) {
            throw new DomainException(
                    ErrorCode.TOO_MANY_EVENTS,
                    "execution '" + id + "' has " + mostEvents + " events that no wait has taken yet"
                            + " (zart.limits.events); it can be read and cancelled");
        }
        EventDelivery delivery = !stored
                ? EventDelivery.DUPLICATE
                : row.getBoolean("waits") ? EventDelivery.DELIVERED : EventDelivery.BUFFERED;
        return new EventReceipt(delivery, row.getString("task_name"), row.getBoolean("due"));
    }
}
