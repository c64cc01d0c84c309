package io.zart.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A live PostgreSQL on a data folder, as its {@code postmaster.pid} tells.
 *
 * @param process its first process
 * @param port the port that it listens on
 */
record Postmaster(ProcessHandle process, int port) {

    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** The one that runs on the folder; a file that a dead one left is removed. */
    static Optional<Postmaster> of(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        Optional<ProcessHandle> process = lines.size() <= PORT_LINE
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.get(PID_LINE).trim())).filter(Postmaster::isPostgres);
        if (process.isEmpty()) {
            Files.delete(file);
            return Optional.empty();
        }
        return Optional.of(new Postmaster(
                process.get(), Integer.parseInt(lines.get(PORT_LINE).trim())));
    }

    /** A process id is used again after a while, in containers soon: only a PostgreSQL counts. */
    private static boolean isPostgres(ProcessHandle process) {
        return process.isAlive()
                && process.info()
                        .command()
                        .map(command -> command.contains("postgres"))
                        .orElse(true);
    }

    /** Waits until it accepts connections, as one does not that still recovers. */
    void awaitConnections() throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("the PostgreSQL on it does not answer: " + e.getMessage(), e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    /** Whether another instance of the service is connected. */
    boolean isUsed() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE application_name = 'zart-server' AND backend_type = 'client backend'")) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    /** Ends it in good order, as SIGINT does, and waits for that. */
    void stop() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (process.isAlive() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?connectTimeout=2&ApplicationName=zart-embedded",
                "postgres",
                "postgres");
    }
}
