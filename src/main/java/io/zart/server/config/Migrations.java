package io.zart.server.config;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/**
 * Brings the schema up to date, and knows whether it is. Safe from any number of instances at once: Flyway holds a lock.
 * A role without the right to change the schema only checks it. While the database is away this tries again, for ever.
 */
public final class Migrations {

    private static final Logger LOG = Logger.getLogger(Migrations.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(200);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);
    private static final long GRACE_SECONDS = 5;

    private final Semaphore busy = new Semaphore(1);
    private final Flyway flyway;
    private final Executor workers;
    private final CompletableFuture<Void> applied = new CompletableFuture<>();
    private final AtomicReference<String> lastReason = new AtomicReference<>("");
    private final AtomicReference<Cancellable> running = new AtomicReference<>();

    /**
     * Does nothing yet.
     *
     * @param flyway the migrations and the data source
     * @param workers runs the blocking work
     */
    public Migrations(Flyway flyway, Executor workers) {
        this.flyway = flyway;
        this.workers = workers;
    }

    /** Starts in the background and tries until it succeeds or is stopped. */
    public void start() {
        running.set(Uni.createFrom()
                .item(this::attempt)
                .runSubscriptionOn(workers)
                .onFailure()
                .invoke(this::report)
                .onFailure()
                .retry()
                .withBackOff(FIRST_DELAY, LONGEST_DELAY)
                .withJitter(0.5)
                .indefinitely()
                .subscribe()
                .with(version -> {
                    LOG.infof("The schema is at version %s", version);
                    applied.complete(null);
                }));
    }

    /** Gives up trying; an attempt under way is given a few seconds to end. */
    public void stop() {
        Cancellable current = running.getAndSet(null);
        if (current != null) {
            current.cancel();
        }
        try {
            if (busy.tryAcquire(GRACE_SECONDS, TimeUnit.SECONDS)) {
                busy.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the schema is known to be up to date. */
    public boolean applied() {
        return applied.isDone();
    }

    /** Completes, on a worker thread, once the schema is known to be up to date; never fails. */
    public Uni<Void> whenApplied() {
        return Uni.createFrom().completionStage(applied::copy);
    }

    /**
     * Migrates now, on the calling thread, once.
     *
     * @return the version of the schema
     * @throws MigrationException if the schema cannot be brought up to date; the message is one line with the reason
     */
    public String attempt() {
        busy.acquireUninterruptibly();
        try {
            new PostgresVersion(flyway.getConfiguration().getDataSource()).check();
            if (!upToDate()) {
                flyway.migrate();
            }
            flyway.validate();
            return flyway.info().current() == null
                    ? "none"
                    : flyway.info().current().getVersion().getVersion();
        } catch (SQLException | RuntimeException e) {
            throw new MigrationException(reason(e), e);
        } finally {
            busy.release();
        }
    }

    private boolean upToDate() {
        var info = flyway.info();
        return info.current() != null && info.pending().length == 0;
    }

    private void report(Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        if (!reason.equals(lastReason.getAndSet(reason))) {
            LOG.warnf("The schema is not ready yet, trying again until it is: %s", reason);
        }
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                SQLException sql = (SQLException) cause;
                return "42501".equals(sql.getSQLState())
                        ? "the role may not change the schema; run this program with --migrate as a role that may ("
                                + sql.getMessage() + ")"
                        : String.valueOf(sql.getMessage());
            }
        }
        return String.valueOf(failure.getMessage());
    }
}
