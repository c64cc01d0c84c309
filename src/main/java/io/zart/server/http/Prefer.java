package io.zart.server.http;

import java.util.Locale;

/** The preference {@code wait} of the request header {@code Prefer} (RFC 7240). */
public final class Prefer {

    private Prefer() {}

    /**
     * The seconds of the first {@code wait}, cut to the cap; null when there is none or it is malformed.
     *
     * @param header the header's values joined by commas, or null
     */
    public static Long wait(String header, long cap) {
        if (header == null) {
            return null;
        }
        for (String preference : header.split(",")) {
            String[] pair = preference.split(";", 2)[0].split("=", 2);
            if (pair[0].trim().toLowerCase(Locale.ROOT).equals("wait")) {
                return pair.length < 2 ? null : Checks.seconds(unquoted(pair[1].trim()), cap);
            }
        }
        return null;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
