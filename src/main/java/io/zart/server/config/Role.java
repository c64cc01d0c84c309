package io.zart.server.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller may be; one caller can have several. */
public enum Role {
    /** Reads executions, runs, steps and rules. */
    VIEWER,
    /** Starts, waits for, sends events to and cancels executions, and reads them. */
    CLIENT,
    /** Does the work of a remote handler. */
    WORKER,
    /** Uses the admin API. */
    OPERATOR;

    /** The name that keys and tokens carry. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of that name; empty for another name. */
    public static Optional<Role> of(String name) {
        return Arrays.stream(values()).filter(role -> role.wire().equals(name)).findFirst();
    }
}
