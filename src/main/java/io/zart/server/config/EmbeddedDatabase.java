package io.zart.server.config;

import java.nio.file.Path;

/** A PostgreSQL that the program brings along, for development. The native image has no implementation. */
public interface EmbeddedDatabase {

    /**
     * Starts it, or joins the one that already runs on this folder.
     *
     * @param dataDir where its data lies between runs
     * @return the running database
     * @throws SettingException if it cannot run there; the message is one line
     */
    Running start(Path dataDir);

    /** An embedded database that accepts connections. */
    interface Running extends AutoCloseable {

        /** Its address, as {@code zart.database.url} takes it. */
        String url();

        /** The folder of its data, with the major version. */
        Path dataDir();

        /** Stops it, unless another instance of the service still uses it. */
        @Override
        void close();
    }
}
