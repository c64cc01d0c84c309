package io.zart.server.store;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.zart.server.config.Migrations;
import io.zart.server.execution.ServedTasks;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Tells the other instances what this one serves, and keeps what they tell; one statement every few seconds. */
@Singleton
public class PgServedTasks implements ServedTasks {

    private static final long EVERY_MILLIS = 3_000;

    /** Some refreshes may fail or be late before an instance counts as gone. */
    private static final long LIFETIME_MILLIS = 15_000;

    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final String holder = "instance-" + UUID.randomUUID();
    private final Vertx vertx;
    private final Pool pool;
    private final Migrations migrations;
    private final List<Supplier<? extends Collection<String>>> sources = new CopyOnWriteArrayList<>();
    private volatile Set<String> others = Set.of();
    private volatile boolean known;
    private volatile boolean stopped;

    PgServedTasks(Vertx vertx, Pool pool, Migrations migrations) {
        this.vertx = vertx;
        this.pool = pool;
        this.migrations = migrations;
    }

    @Override
    public boolean mayBeServed(String taskName) {
        return !known || isServed(taskName);
    }

    @Override
    public boolean isServed(String taskName) {
        if (others.contains(taskName)) {
            return true;
        }
        for (Supplier<? extends Collection<String>> source : sources) {
            if (source.get().contains(taskName)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void announce(Supplier<? extends Collection<String>> names) {
        sources.add(names);
    }

    void start(@Observes StartupEvent event) {
        migrations
                .whenApplied()
                .subscribe()
                .with(applied -> refresh(), failure -> Log.error("served task names are not shared", failure));
    }

    /** On the main thread, while the database client is still open. */
    void stop(@Observes @Priority(10) ShutdownEvent event) {
        stopped = true;
        if (known) {
            try {
                pool.preparedQuery(ServedTaskSql.LEAVE)
                        .execute(Tuple.of(holder))
                        .await()
                        .atMost(FAREWELL);
            } catch (RuntimeException e) {
                Log.debugf(e, "the served task names stay until they run out");
            }
        }
    }

    private void refresh() {
        exchange().subscribe().with(this::learned, failure -> {
            Log.debugf(failure, "served task names could not be shared");
            next();
        });
    }

    private Uni<Set<String>> exchange() {
        Set<String> mine = new HashSet<>();
        sources.forEach(source -> mine.addAll(source.get()));
        Tuple parameters = Tuple.of(holder, mine.toArray(String[]::new), LIFETIME_MILLIS);
        return StoreErrors.guarded(
                        () -> pool.preparedQuery(ServedTaskSql.REFRESH).execute(parameters))
                .map(rows -> {
                    Set<String> names = new HashSet<>();
                    rows.forEach(row -> names.add(row.getString("name")));
                    return names;
                });
    }

    private void learned(Set<String> names) {
        others = Set.copyOf(names);
        known = true;
        next();
    }

    private void next() {
        if (!stopped) {
            vertx.setTimer(EVERY_MILLIS, due -> {
                // The farewell may have been said since, and the client be closed.
                if (!stopped) {
                    refresh();
                }
            });
        }
    }
}
