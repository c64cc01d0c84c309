package io.zart.server.worker;

import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import java.time.Duration;
import java.util.List;

/** Reads the members that claims and commands share. */
final class ClaimReading {

    static final int MAX_TASKS = 100;

    private static final int MAX_NAMES = 100;
    private static final double MIN_LEASE_SECONDS = 1;
    private static final double MAX_LEASE_SECONDS = 3600;
    private static final long DEFAULT_WAIT_SECONDS = 30;

    private ClaimReading() {}

    /**
     * A claim.
     *
     * @param most tasks at the most
     * @param defaultLease length of the leases if the worker names none
     */
    static ClaimRequest request(Fields fields, int most, Duration wait, Duration defaultLease) {
        return new ClaimRequest(workerId(fields), names(fields), most, wait, lease(new Numbers(fields), defaultLease));
    }

    static String workerId(Fields fields) {
        return Checks.name("workerId", fields.string("workerId"));
    }

    static int most(Fields fields) {
        return new Numbers(fields).whole("maxTasks", 1, 1, MAX_TASKS);
    }

    /** How long to wait, cut to the cap. */
    static Duration wait(Fields fields, Duration cap) {
        int seconds = new Numbers(fields)
                .whole("waitSecs", (int) Math.min(DEFAULT_WAIT_SECONDS, cap.toSeconds()), 0, Integer.MAX_VALUE);
        return Duration.ofSeconds(Math.min(seconds, cap.toSeconds()));
    }

    private static List<String> names(Fields fields) {
        List<String> names = fields.strings("taskNames");
        if (names == null || names.isEmpty() || names.size() > MAX_NAMES) {
            throw Fields.invalid("taskNames", "must have 1 to " + MAX_NAMES + " names");
        }
        names.forEach(name -> Checks.name("taskNames", name));
        return names.stream().distinct().sorted().toList();
    }

    static Duration lease(Numbers fields, Duration absent) {
        Double seconds = fields.fields().number("leaseSecs");
        if (seconds == null) {
            return absent;
        }
        if (seconds < MIN_LEASE_SECONDS || seconds > MAX_LEASE_SECONDS) {
            throw Fields.invalid("leaseSecs", "must be from 1 to 3600 seconds");
        }
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }
}
