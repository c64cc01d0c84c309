package io.zart.server.engine;

/**
 * What one run may hold. Beyond it the run fails with an error of type {@code LimitExceeded}.
 *
 * @param steps steps of a run
 * @param branches branches of one parallel group
 */
public record Limits(int steps, int branches) {

    /** Characters in the name of a step. */
    static final int NAME = 255;

    /** The limits unless set. */
    public static final Limits DEFAULT = new Limits(10_000, 1_000);
}
