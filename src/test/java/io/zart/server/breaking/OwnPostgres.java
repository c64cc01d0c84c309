package io.zart.server.breaking;

import io.zart.server.config.EmbeddedDatabase;
import io.zart.server.embedded.ZonkyDatabase;
import io.zart.server.testing.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A durable PostgreSQL of its own that a test may crash, freeze and start again; its data survives that. Not thread-safe. */
final class OwnPostgres implements AutoCloseable {

    private final Path home;
    private EmbeddedDatabase.Running running;

    OwnPostgres(Path home) {
        this.home = home;
        start();
    }

    /** Where it listens now; another port perhaps after a start. */
    int port() {
        return URI.create(running.url()).getPort();
    }

    /** Starts it, again on the same port. */
    void start() {
        if (running == null) {
            running = launch();
        } else {
            restart();
        }
    }

    private EmbeddedDatabase.Running launch() {
        try {
            return new ZonkyDatabase().start(home);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the binaries of PostgreSQL are not on the class path", e);
        }
    }

    /** With the command that it was first started with; as root in a user namespace, because PostgreSQL refuses to run as root. */
    private void restart() {
        Path data = running.dataDir();
        boolean root = "root".equals(System.getProperty("user.name"));
        try {
            String command = Files.readString(data.resolve("postmaster.opts")).trim();
            new ProcessBuilder("sh", "-c", "exec " + (root ? "unshare -U " : "") + command)
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("restarted.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("PostgreSQL to accept connections")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> {
                    execute("select 1");
                    return true;
                });
    }

    /** Ends all its processes at once, as a crash does: the next start recovers from the log. */
    void crash() {
        ProcessHandle postmaster = postmaster();
        Signals.send(postmaster.pid(), "QUIT");
        Awaitility.await("end of PostgreSQL").until(() -> !postmaster.isAlive());
    }

    /** Stops all its processes without ending them: connections stay, nothing is answered. */
    void freeze() {
        processes().forEach(process -> Signals.send(process.pid(), "STOP"));
    }

    void thaw() {
        processes().forEach(process -> Signals.send(process.pid(), "CONT"));
    }

    /** Ends that share of the connections of the service. */
    void terminateBackends(double share) {
        execute("select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend'"
                + " and pid <> pg_backend_pid() and random() < " + share);
    }

    /** Ends the connections that listen for notifications. */
    void terminateListeners() {
        execute("select pg_terminate_backend(pid) from pg_stat_activity where query ilike '%listen%'"
                + " and pid <> pg_backend_pid()");
    }

    /** From now on PostgreSQL cancels statements that take longer; 0 for none. */
    void cancelAfter(int millis) {
        execute(
                "set statement_timeout = 0",
                "alter system set statement_timeout = " + millis,
                "select pg_reload_conf()");
    }

    void execute(String... statements) {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port() + "/postgres", "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(List.of(statements).toString(), e);
        }
    }

    @Override
    public void close() {
        thaw();
        crash();
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(postmaster()), postmaster().descendants());
    }

    private ProcessHandle postmaster() {
        try {
            long pid = Long.parseLong(Files.readAllLines(running.dataDir().resolve("postmaster.pid"))
                    .get(0)
                    .trim());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
