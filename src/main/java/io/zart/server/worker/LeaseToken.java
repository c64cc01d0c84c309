package io.zart.server.worker;

import io.zart.server.engine.Lease;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A lease as the text that workers carry: the run's index and the fencing token. */
final class LeaseToken {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\.(\\d{1,18})");

    private LeaseToken() {}

    static String of(Lease lease) {
        return lease.runIndex() + "." + lease.epoch();
    }

    /** The lease, or null when the token is none. */
    static Lease parse(String executionId, String token) {
        Matcher parts = FORM.matcher(token);
        return parts.matches()
                ? new Lease(executionId, Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)))
                : null;
    }
}
