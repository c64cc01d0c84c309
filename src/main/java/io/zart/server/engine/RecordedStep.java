package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import java.time.Instant;

/**
 * A step as the store knows it when an activation begins.
 *
 * @param kind {@code step}, {@code sleep}, {@code waitforevent} or {@code capture}
 * @param status {@code completed}, {@code dead}, {@code scheduled} (parked, or only failed so far), or
 *     {@code retried} (a wait that timed out and begins anew)
 * @param result of a completed one
 * @param error of a dead one: {@code {"message","type"}}
 * @param attempt number of its last attempt, 0 if none was made
 * @param failures failed attempts since its retry policy began
 * @param remainingMillis until it wakes, times out or may be tried again; null if never; not positive if that time has come
 * @param wakeAt the same as a time of the database, for a parked one
 * @param ageMillis since its first attempt under the present retry policy began, null if it made none
 * @param position order in which this run reached it, null if it is not known or if it was carried over from another run
 */
public record RecordedStep(
        String name,
        String kind,
        String status,
        JsonText result,
        JsonText error,
        int attempt,
        int failures,
        Long remainingMillis,
        Instant wakeAt,
        Long ageMillis,
        Integer position) {

    /** Whether it has no outcome yet. */
    boolean open() {
        return status.equals("scheduled") || retried();
    }

    /** Whether it is a wait that timed out and that an operator has retried: it begins anew. */
    public boolean retried() {
        return status.equals("retried");
    }

    /** Whether it had an outcome that an operator has taken back. */
    boolean reopened() {
        return retried() || status.equals("scheduled") && !entered() && attempt > failures;
    }

    /** Whether it is a wait that has begun: no pause rule holds it any more. */
    boolean entered() {
        return status.equals("scheduled") && !kind.equals("step") && !kind.equals("capture");
    }

    /** Whether it ended with an error. */
    boolean dead() {
        return status.equals("dead");
    }
}
