package io.zart.server.model;

import static org.assertj.core.api.Assertions.fail;

import io.zart.server.testing.TestDatabase;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of everything that clients, operators, instances and the clock may do to a few executions: after each, the
 * store must say what a simple model says. {@code -Dzart.model.seed} repeats a sequence, {@code -Dzart.model.sequences} and
 * {@code -Dzart.model.length} make it longer.
 */
class StoreModelTest {

    @Test
    void theStoreSaysWhatTheModelSaysAfterEveryMove() {
        long first = Long.getLong("zart.model.seed", System.nanoTime());
        int sequences = Integer.getInteger("zart.model.sequences", 16);
        for (int i = 0; i < sequences; i++) {
            sequence(first + i, Integer.getInteger("zart.model.length", 80));
        }
    }

    private static void sequence(long seed, int length) {
        TestDatabase database = TestDatabase.createMigrated();
        try (Twin twin = new Twin(database)) {
            Random random = new Random(seed);
            List<Runnable> moves = moves(twin, random);
            try {
                for (int i = 0; i < length; i++) {
                    moves.get(random.nextInt(moves.size())).run();
                    twin.compare();
                }
            } catch (AssertionError | RuntimeException e) {
                fail(
                        "with -Dzart.model.sequences=1 -Dzart.model.length=" + length + " -Dzart.model.seed=" + seed
                                + ":\n" + twin.log() + "\n" + e.getMessage(),
                        e);
            }
        } finally {
            database.drop();
        }
    }

    /** What happens more often stands here more often. */
    private static List<Runnable> moves(Twin twin, Random random) {
        HolderMoves holders = new HolderMoves(twin, random);
        ClientMoves clients = new ClientMoves(twin, random);
        return List.of(
                clients::start,
                clients::start,
                clients::start,
                clients::deliver,
                clients::deliver,
                clients::deliver,
                clients::cancel,
                clients::retryStep,
                clients::retryStep,
                clients::restart,
                clients::rerun,
                clients::timePasses,
                clients::timePasses,
                clients::deadline,
                holders::claim,
                holders::claim,
                holders::claim,
                holders::claim,
                holders::record,
                holders::record,
                holders::record,
                holders::record,
                holders::record,
                holders::record,
                holders::fail,
                holders::fail,
                holders::park,
                holders::park,
                holders::park,
                holders::finish,
                holders::finish,
                holders::renew,
                holders::release);
    }
}
