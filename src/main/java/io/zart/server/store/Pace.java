package io.zart.server.store;

import java.util.concurrent.TimeUnit;

/**
 * When a {@link Batcher} sends, and when it refuses.
 *
 * @param mostUnderWay statements at once, at least 1
 * @param lateMillis a statement that takes longer waits for something, a lock or the disk, that a further one may not wait for
 * @param patienceMillis once an operation has waited so long to be sent, further ones are refused: more comes than the database
 *     takes, and those that wait already are to be answered in good time
 */
record Pace(int mostUnderWay, long lateMillis, long patienceMillis) {

    private static final long LATE_MILLIS = 10;
    private static final long FOR_EVER = TimeUnit.DAYS.toMillis(1);
    /** What a client asks for and is not even sent after this time shows that more comes than can be served. */
    private static final long CLIENTS_PATIENCE_MILLIS = 1_000;

    /** At the most so many statements at once; refuses nothing for its age. */
    static Pace of(int mostUnderWay) {
        return new Pace(mostUnderWay, LATE_MILLIS, FOR_EVER);
    }

    /** The same for what clients ask for, who can send it again later. */
    static Pace forClients(int mostUnderWay) {
        return of(mostUnderWay).refusingAfter(CLIENTS_PATIENCE_MILLIS);
    }

    /** The same, for operations that a caller can send again later. */
    Pace refusingAfter(long millis) {
        return new Pace(mostUnderWay, lateMillis, millis);
    }

    /** The same, by another measure of what is late. */
    Pace lateAfter(long millis) {
        return new Pace(mostUnderWay, millis, patienceMillis);
    }

    boolean late(long sinceNanos) {
        return System.nanoTime() - sinceNanos > TimeUnit.MILLISECONDS.toNanos(lateMillis);
    }

    boolean outOfPatience(long sinceNanos) {
        return System.nanoTime() - sinceNanos > TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    }
}
