package io.zart.server.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Starts PostgreSQL on a folder, durable, on the port that the folder had before if that is still free. */
final class PostgresLauncher {

    /** Zonky's own defaults lose what was acknowledged. */
    private static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on", "max_connections", "200");

    private final Path data;
    private final Path portFile;

    PostgresLauncher(Path data, Path portFile) {
        this.data = data;
        this.portFile = portFile;
    }

    Postmaster launch() throws IOException {
        int port = port();
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofMinutes(2))
                .setLocaleConfig("locale", "C")
                .setPort(port);
        DURABLE.forEach(builder::setServerConfig);
        builder.start();
        Files.writeString(portFile, Integer.toString(port));
        return Postmaster.of(data).orElseThrow(() -> new IOException("it ended right after its start"));
    }

    private int port() throws IOException {
        try {
            int before = Integer.parseInt(Files.readString(portFile).trim());
            return free(before);
        } catch (IOException | IllegalArgumentException e) {
            return free(0);
        }
    }

    private static int free(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
