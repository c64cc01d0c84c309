import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A new PostgreSQL cluster with default durability, made of the programs on this machine; gone when it is closed. */
final class Postgres implements AutoCloseable {

    private static final String SETTINGS =
            "-c listen_addresses=127.0.0.1 -c shared_buffers=256MB -c max_connections=200";

    final int port;
    private final Path bin;
    private final Path dir;
    private final boolean root = "root".equals(System.getProperty("user.name"));
    private final AtomicBoolean closed = new AtomicBoolean();

    Postgres() throws Exception {
        this("");
    }

    /** @param library is loaded when the server starts, and made an extension of the database postgres; none if empty */
    Postgres(String library) throws Exception {
        String configured = System.getenv("PG_BIN");
        bin = Path.of(
                configured != null
                        ? configured
                        : Shell.output(List.of("pg_config", "--bindir")).strip());
        dir = Files.createTempDirectory("zart-bench-");
        port = freePort();
        if (root) {
            Shell.output(List.of("chown", "nobody", dir.toString()));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeQuietly));
        asOwner(bin + "/initdb -D " + dir + "/data -U bench -A trust -E UTF8 --locale=C");
        asOwner(bin + "/pg_ctl -w -D " + dir + "/data -l " + dir + "/log -o '-p " + port + " " + SETTINGS
                + " -c unix_socket_directories=" + dir + " -c shared_preload_libraries=" + library + "' start");
        if (!library.isEmpty()) {
            sql("postgres", "create extension " + library);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** PostgreSQL refuses to run as root. */
    private void asOwner(String command) throws Exception {
        Shell.output(root ? List.of("su", "-s", "/bin/sh", "nobody", "-c", command) : List.of("sh", "-c", command));
    }

    long pid() throws IOException {
        return Long.parseLong(Files.readAllLines(dir.resolve("data").resolve("postmaster.pid"))
                .get(0)
                .strip());
    }

    String url(String database) {
        return "postgresql://bench@127.0.0.1:" + port + "/" + database;
    }

    /** Makes a database with a new name. */
    String create(String name) throws Exception {
        String database = name.replaceAll("\\W", "_");
        sql("postgres", "create database " + database);
        return database;
    }

    /** Drops it, so that neither its autovacuum nor its checkpoint falls into the time of the next target. */
    void drop(String database) throws Exception {
        sql("postgres", "drop database " + database + " with (force)");
        sql("postgres", "checkpoint");
    }

    String sql(String database, String statement) throws Exception {
        return run("psql", database, List.of("-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement))
                .strip();
    }

    long number(String database, String statement) throws Exception {
        return Long.parseLong(sql(database, statement));
    }

    String run(String program, String database, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(bin + "/" + program));
        command.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "bench"));
        command.addAll(arguments);
        command.add(database);
        return Shell.output(command);
    }

    String version() throws Exception {
        return "PostgreSQL " + sql("postgres", "show server_version") + ", fsync " + sql("postgres", "show fsync")
                + ", synchronous_commit " + sql("postgres", "show synchronous_commit") + ", shared_buffers 256 MB";
    }

    /** A run that is interrupted leaves nothing behind. */
    private void closeQuietly() {
        try {
            close();
        } catch (Exception e) {
            System.err.println("the PostgreSQL in " + dir + " is left behind: " + e.getMessage());
        }
    }

    @Override
    public void close() throws Exception {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        asOwner(bin + "/pg_ctl -D " + dir + "/data -m fast stop");
        try (Stream<Path> files = Files.walk(dir)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
