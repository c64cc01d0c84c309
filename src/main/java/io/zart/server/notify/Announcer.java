package io.zart.server.notify;

import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Tells the other instances what this one has committed: hints, many in one statement, one statement at a time, never inside a
 * writing transaction. A hint may be lost. Safe for use by any thread; never blocks.
 */
public final class Announcer {

    private static final int MOST_HINTS = 2_000;
    private static final long GAP_MILLIS = 3;

    /** One row a payload. A hint needs no flush: what it speaks of is durable already, and it may be lost. */
    private static final String NOTIFY =
            "select set_config('synchronous_commit', 'off', true), pg_notify(hint.channel, hint.payload)"
                    + " from unnest($1::text[], $2::text[]) as hint(channel, payload)";

    private final String instance;
    private final Pool pool;
    private final Coalescer<Hint> hints;
    private final List<Consumer<String>> here = new CopyOnWriteArrayList<>();

    private record Hint(Channel channel, String item) {}

    /**
     * An announcer.
     *
     * @param instance the name of this instance, without control characters, shared with its {@link Listener}
     */
    public Announcer(Vertx vertx, Pool pool, String instance) {
        this.instance = instance;
        this.pool = pool;
        this.hints = new Coalescer<>(vertx, MOST_HINTS, GAP_MILLIS, this::send);
    }

    /** The run of that execution has ended. */
    public void ended(String id) {
        hints.add(new Hint(Channel.ENDED, id));
    }

    /** That execution changed. */
    public void changed(String id) {
        hints.add(new Hint(Channel.CHANGED, id));
    }

    /** Tells also within this instance which task names may have work that is due; must not block. */
    public void tellHere(Consumer<String> workDue) {
        here.add(workDue);
    }

    /** Another instance says that work of that task name may be due. */
    void workHinted(String taskName) {
        here.forEach(listener -> listener.accept(taskName));
    }

    /** Work of that task name may be due. */
    public void announceWork(String taskName) {
        workHinted(taskName);
        hints.add(new Hint(Channel.WORK, taskName));
    }

    /** The pause rules have changed. */
    public void pausesChanged() {
        hints.add(new Hint(Channel.PAUSE, "rules"));
    }

    private CompletionStage<?> send(List<Hint> batch) {
        Map<Channel, List<String>> items = new EnumMap<>(Channel.class);
        batch.forEach(hint -> items.computeIfAbsent(hint.channel(), channel -> new ArrayList<>())
                .add(hint.item()));
        List<String> channels = new ArrayList<>();
        List<String> payloads = new ArrayList<>();
        items.forEach((channel, names) -> Payload.of(instance, names).forEach(payload -> {
            channels.add(channel.wire());
            payloads.add(payload);
        }));
        return pool.preparedQuery(NOTIFY)
                .execute(Tuple.tuple()
                        .addArrayOfString(channels.toArray(String[]::new))
                        .addArrayOfString(payloads.toArray(String[]::new)))
                .toCompletionStage();
    }
}
