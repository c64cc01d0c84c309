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
import java.sql.ResultSet;
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
    private SmallDisk disk;

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

    /** Moves the tables to a disk of that size, empty but for them. Says whether the system allows it. */
    boolean ontoSmallDisk(int megabytes) {
        crash();
        disk = SmallDisk.over(running.dataDir().resolve("base"), megabytes).orElse(null);
        start();
        return disk != null;
    }

    /** The disk with the tables, null if it is the one of the machine. */
    SmallDisk disk() {
        return disk;
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
        String where = disk == null ? root ? "unshare -U " : "" : String.join(" ", disk.enter()) + " unshare -U ";
        try {
            String command = Files.readString(data.resolve("postmaster.opts")).trim();
            new ProcessBuilder("sh", "-c", "exec " + where + command)
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

    /** Ends that share of the connections of the service, and says how many. */
    long terminateBackends(double share) {
        return number("select count(pg_terminate_backend(pid)) from pg_stat_activity where"
                + " backend_type = 'client backend' and pid <> pg_backend_pid() and random() < " + share);
    }

    /** Ends the connections that listen for notifications, and says how many: their last statement was that, or a sign of life. */
    long terminateListeners() {
        return number("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where (query ilike '%listen%' or query ilike '%zart_ping%') and pid <> pg_backend_pid()");
    }

    /** From now on every session, also those that are open, has that setting. */
    void set(String setting, Object value) {
        execute("alter system set " + setting + " = " + value, "select pg_reload_conf()");
    }

    /** Lets nobody write executions for a second; whoever tries waits, or is cancelled. */
    void lockForASecond() {
        execute("begin", "lock table execution in share row exclusive mode", "select pg_sleep(1)", "rollback");
    }

    /** Transactions that were rolled back so far, because a statement failed for example. */
    long rollbacks() {
        return number("select xact_rollback from pg_stat_database where datname = 'postgres'");
    }

    private long number(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Never under the statement time-out that a test has set: it would be over before a statement can say so. */
    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?options=-c%20statement_timeout=0",
                "postgres",
                "postgres");
    }

    void execute(String... statements) {
        try (Connection connection = connect();
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
        if (disk != null) {
            disk.close();
        }
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
