package io.zart.server.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@link DatabaseUrl}. */
final class DatabaseUrlParser {

    private static final Pattern FORM =
            Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*(?::postgresql)?)://(?<authority>[^/?#]*)"
                    + "(?:/(?<database>[^/?#]*))?(?:\\?(?<query>[^#]*))?");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:\\[(?<six>[0-9A-Fa-f:.%]+)]|(?<name>[^\\[\\]:,@\\s]+))(?::(?<port>[0-9]*))?");
    private static final Set<String> SCHEMES = Set.of("postgresql", "postgres", "jdbc:postgresql");
    private static final Set<String> TLS_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private final String url;

    DatabaseUrlParser(String url) {
        this.url = url.trim();
    }

    DatabaseUrl parse() {
        Matcher form = FORM.matcher(url);
        if (!form.matches()) {
            throw new IllegalArgumentException("it has no scheme and host");
        }
        if (!SCHEMES.contains(form.group("scheme").toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("unknown scheme '" + form.group("scheme") + "'");
        }
        String authority = form.group("authority");
        int at = authority.lastIndexOf('@');
        Matcher address = address(authority.substring(at + 1));
        Map<String, String> parameters = parameters(form.group("query"));
        String inQuery = parameters.remove("user");
        Optional<String> passwordInQuery = Optional.ofNullable(parameters.remove("password"));
        String[] credentials =
                at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
        String user = credentials.length > 0 && !credentials[0].isEmpty() ? decode(credentials[0]) : inQuery;
        return new DatabaseUrl(
                address.group("six") != null ? address.group("six") : decode(address.group("name")),
                port(address.group("port")),
                database(form.group("database")),
                user == null ? System.getProperty("user.name") : user,
                credentials.length > 1 ? Optional.of(decode(credentials[1])) : passwordInQuery,
                checkTls(parameters));
    }

    private static Matcher address(String text) {
        if (text.isEmpty() || text.startsWith(":")) {
            throw new IllegalArgumentException("it has no host");
        }
        if (text.contains(",")) {
            throw new IllegalArgumentException("it names more than one host");
        }
        Matcher address = ADDRESS.matcher(text);
        if (!address.matches()) {
            throw new IllegalArgumentException("its host and port cannot be read");
        }
        return address;
    }

    private static int port(String text) {
        if (text == null || text.isEmpty()) {
            return 5432;
        }
        int port = text.length() > 5 ? 0 : Integer.parseInt(text);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("its port is not between 1 and 65535");
        }
        return port;
    }

    private static String database(String text) {
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException("it names no database");
        }
        return decode(text);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                if (!parts[0].isEmpty()) {
                    parameters.put(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "true");
                }
            }
        }
        return parameters;
    }

    private static Map<String, String> checkTls(Map<String, String> parameters) {
        String mode = parameters.get("sslmode");
        if (mode != null && !TLS_MODES.contains(mode)) {
            throw new IllegalArgumentException("its sslmode is unknown");
        }
        if (mode != null && mode.startsWith("verify-") && !parameters.containsKey("sslrootcert")) {
            throw new IllegalArgumentException("sslmode=" + mode + " needs sslrootcert=FILE");
        }
        return Collections.unmodifiableMap(parameters);
    }

    private static String decode(String text) {
        try {
            return PercentEncoding.decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it has a malformed percent-encoding", e);
        }
    }
}
