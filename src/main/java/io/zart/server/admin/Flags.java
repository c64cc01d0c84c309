package io.zart.server.admin;

import io.zart.server.http.Checks;

/** Reads query parameters that are true or false. */
final class Flags {

    private Flags() {}

    /** False when absent or empty; 400 when it is neither true nor false. */
    static boolean of(String name, String value) {
        if (value == null || value.isEmpty() || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw Checks.parameter(name, "must be true or false");
    }
}
