package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** One known message of the pool is left out of the log, and no other. */
class PoolTimerComplaintsTest {

    private final PoolTimerComplaints filter = new PoolTimerComplaints();

    private static LogRecord thrown(Throwable failure) {
        LogRecord message = new LogRecord(Level.SEVERE, "Uncaught exception received by Vert.x");
        message.setThrown(failure);
        return message;
    }

    /** When this fails because no complaint comes, the pool is mended, and the filter can go. */
    @Test
    void whatThePoolSaysAfterAStatementFoundNoDatabaseIsLeftOut() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            CompletableFuture<Throwable> complaint = new CompletableFuture<>();
            vertx.exceptionHandler(complaint::complete);
            Pool pool = PgBuilder.pool()
                    .connectingTo(new PgConnectOptions().setHost("127.0.0.1").setPort(1))
                    .with(new PoolOptions()
                            .setConnectionTimeout(1)
                            .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                            .setMaxSize(1))
                    .using(vertx)
                    .build();
            CompletableFuture<?> answer =
                    pool.query("select 1").execute().toCompletionStage().toCompletableFuture();
            Throwable failure = complaint.get(30, TimeUnit.SECONDS);
            assertThat(answer).as("the statement, before the complaint").isCompletedExceptionally();
            assertThat(filter.isLoggable(thrown(failure)))
                    .as("logged: %s", failure)
                    .isFalse();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void everythingElseIsLogged() {
        assertThat(filter.isLoggable(thrown(null))).isTrue();
        assertThat(filter.isLoggable(thrown(new IllegalStateException("Result is already complete"))))
                .as("a result that somebody else completes twice")
                .isTrue();
        IllegalStateException other = new IllegalStateException("broken");
        other.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("io.vertx.sqlclient.impl.pool.SqlConnectionPool", "execute", null, 1)
        });
        assertThat(filter.isLoggable(thrown(other))).isTrue();
    }

    @Test
    void theLogUsesIt() throws IOException {
        Properties settings = new Properties();
        try (InputStream file = getClass().getResourceAsStream("/application.properties")) {
            settings.load(file);
        }
        assertThat(settings)
                .containsEntry("quarkus.log.console.filter", PoolTimerComplaints.NAME)
                .containsEntry("quarkus.log.file.filter", PoolTimerComplaints.NAME);
    }
}
