package io.zart.server.embedded;

import io.zart.server.config.EmbeddedDatabase;
import io.zart.server.config.SettingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The embedded database on the binaries that Zonky packages. One instance starts it; others on its folder join it. */
public final class ZonkyDatabase implements EmbeddedDatabase {

    /** The major version of the binaries: the data of one cannot be opened by another. */
    static final String MAJOR = "17";

    /**
     * Makes the launcher.
     *
     * @throws ClassNotFoundException in a build that leaves the binaries and their library out
     */
    public ZonkyDatabase() throws ClassNotFoundException {
        Class.forName("io.zonky.test.db.postgres.embedded.EmbeddedPostgres");
    }

    @Override
    public Running start(Path dataDir) {
        Path home = dataDir.resolve("pg" + MAJOR);
        try {
            Files.createDirectories(home);
            try (FileChannel channel = FileChannel.open(
                            home.resolve("start.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return joinOrLaunch(home.resolve("data"), home.resolve("port"));
            }
        } catch (IOException | RuntimeException e) {
            throw new SettingException("the embedded database cannot run in " + home
                    + " (zart.embedded.data-dir, ZART_EMBEDDED_DATA_DIR): " + e.getMessage()
                    + "; set another folder, or ZART_DATABASE_URL");
        }
    }

    private static Running joinOrLaunch(Path data, Path portFile) throws IOException {
        Optional<Postmaster> alive = Postmaster.of(data);
        if (alive.isPresent()) {
            alive.get().awaitConnections();
            return new RunningPostgres(data, alive.get());
        }
        return new RunningPostgres(data, new PostgresLauncher(data, portFile).launch());
    }
}
