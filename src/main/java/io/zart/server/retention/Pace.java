package io.zart.server.retention;

/**
 * How large the next step is, and how long the pause before it: a step is to take a few hundredths of a second, and three quarters of
 * the time are pause, so that the service has the database to itself. Immutable.
 *
 * @param rows executions that the next step looks at
 * @param pauseMillis time to wait before it
 */
record Pace(int rows, long pauseMillis) {

    static final int LEAST_ROWS = 10;
    static final int MOST_ROWS = 500;
    private static final long LONG_MILLIS = 60;
    private static final long SHORT_MILLIS = 20;
    private static final long LEAST_PAUSE_MILLIS = 10;
    private static final int PAUSES = 3;

    static Pace first() {
        return new Pace(100, 0);
    }

    /** The pace after a step that took so long. */
    Pace after(long millis) {
        int next = rows;
        if (millis > LONG_MILLIS) {
            next = Math.max(LEAST_ROWS, rows / 2);
        } else if (millis < SHORT_MILLIS) {
            next = Math.min(MOST_ROWS, rows * 2);
        }
        return new Pace(next, Math.max(LEAST_PAUSE_MILLIS, PAUSES * millis));
    }
}
