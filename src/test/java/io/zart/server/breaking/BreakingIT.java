package io.zart.server.breaking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the breaking harness: about a minute of load and faults. */
class BreakingIT {

    @TempDir
    Path home;

    @Test
    void nothingAcknowledgedIsLostWhenInstancesNetworkAndDatabaseBreakUnderLoad() throws Exception {
        long seed = Long.getLong("zart.breaking.seed", System.nanoTime());
        long seconds = Long.getLong("zart.breaking.seconds", 45);
        assertThat(new Breaking(seed, Duration.ofSeconds(seconds), Integer.getInteger("zart.breaking.instances", 2))
                        .run(home))
                .as("with -Dzart.breaking.seed=" + seed)
                .isEmpty();
    }
}
