package io.zart.server.embedded;

import io.zart.server.config.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/** An embedded database in use. The last instance of the service that leaves it stops it, whoever started it. */
final class RunningPostgres implements EmbeddedDatabase.Running {

    private static final Logger LOG = Logger.getLogger(RunningPostgres.class);
    private static final int LOOKS = 20;

    private final Path data;
    private final Postmaster postmaster;

    RunningPostgres(Path data, Postmaster postmaster) {
        this.data = data;
        this.postmaster = postmaster;
    }

    @Override
    public String url() {
        return "postgresql://postgres:postgres@127.0.0.1:" + postmaster.port() + "/postgres";
    }

    @Override
    public Path dataDir() {
        return data;
    }

    @Override
    public void close() {
        try {
            if (usedByOthers()) {
                LOG.infof("The embedded database in %s stays up for another instance of the service", data);
            } else {
                postmaster.stop();
            }
        } catch (SQLException | IOException e) {
            LOG.warnf("The embedded database in %s could not be stopped: %s", data, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks more than once: the sessions of this instance take a moment to end. */
    private boolean usedByOthers() throws SQLException {
        for (int look = 0; look < LOOKS; look++) {
            if (!postmaster.isUsed()) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return true;
    }
}
