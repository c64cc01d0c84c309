package io.zart.server.config;

/** Hides passwords in text that is shown to people. */
final class SecretText {

    private SecretText() {}

    /** A URL, however malformed, with its password masked. */
    static String maskPassword(String url) {
        String masked = url.replaceAll("(?i)([?&](?:password|sslpassword)=)[^&#]*", "$1***");
        int at = masked.lastIndexOf('@');
        if (at < 0) {
            return masked;
        }
        int slashes = masked.indexOf("//");
        int start = slashes < 0 || slashes > at ? 0 : slashes + 2;
        int colon = masked.indexOf(':', start);
        return colon < 0 || colon > at ? masked : masked.substring(0, colon) + ":***" + masked.substring(at);
    }
}
