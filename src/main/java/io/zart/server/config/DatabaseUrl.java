package io.zart.server.config;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The one address of the database, and what JDBC and the reactive client need instead of it.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port the TCP port
 * @param database the name of the database
 * @param username the role to connect as
 * @param password its password, if it has one
 * @param parameters what follows the question mark, decoded, in order, without credentials
 */
public record DatabaseUrl(
        String host,
        int port,
        String database,
        String username,
        Optional<String> password,
        Map<String, String> parameters) {

    /** What is allowed, in words for an error message. */
    public static final String ALLOWED = "postgresql://[user[:password]@]host[:port]/db[?sslmode=...]";

    /**
     * Reads a URL.
     *
     * @param url the {@code postgresql:}, {@code postgres:} or {@code jdbc:postgresql:} form
     * @return its parts; the role is the operating system's user if the URL names none
     * @throws IllegalArgumentException with a reason that holds no secret
     */
    public static DatabaseUrl parse(String url) {
        return new DatabaseUrlParser(url).parse();
    }

    /**
     * The same address for another role.
     *
     * @param newUsername the role, or empty for the present one
     * @param newPassword the password, or empty for the present one
     * @return the changed address
     */
    public DatabaseUrl withCredentials(Optional<String> newUsername, Optional<String> newPassword) {
        return new DatabaseUrl(
                host, port, database, newUsername.orElse(username), newPassword.or(() -> password), parameters);
    }

    /** The URL for JDBC, without credentials. */
    public String jdbcUrl() {
        Map<String, String> query = new LinkedHashMap<>(parameters);
        rename(query, "application_name", "ApplicationName");
        rename(query, "connect_timeout", "connectTimeout");
        rename(query, "search_path", "currentSchema");
        query.putIfAbsent("connectTimeout", "5");
        query.putIfAbsent("ApplicationName", "zart-server");
        query.putIfAbsent("tcpKeepAlive", "true");
        return "jdbc:" + address() + PercentEncoding.query(query);
    }

    /** The URL for the reactive client, without credentials and with the parameters that it knows. */
    public String reactiveUrl() {
        Map<String, String> query = new LinkedHashMap<>();
        parameter("sslmode").ifPresent(mode -> query.put("sslmode", mode));
        parameter("search_path").or(() -> parameter("currentSchema")).ifPresent(path -> query.put("search_path", path));
        parameter("options").ifPresent(options -> query.put("options", options));
        query.put("application_name", applicationName());
        return address() + PercentEncoding.query(query);
    }

    /** How a connection of its own, such as the listener's, is made. */
    public PgConnectOptions connectOptions() {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(host)
                .setPort(port)
                .setDatabase(database)
                .setUser(username)
                .setPassword(password.orElse(""));
        options.addProperty("application_name", applicationName());
        parameter("search_path")
                .or(() -> parameter("currentSchema"))
                .ifPresent(path -> options.addProperty("search_path", path));
        parameter("options").ifPresent(text -> options.addProperty("options", text));
        options.setConnectTimeout(5_000).setTcpKeepAlive(true);
        applyTls(options);
        return options;
    }

    private void applyTls(PgConnectOptions options) {
        SslMode mode = SslMode.of(sslMode());
        options.setSslMode(mode);
        Optional<String> root = parameter("sslrootcert");
        if (root.isPresent()) {
            options.setPemTrustOptions(new PemTrustOptions().addCertPath(root.get()));
        } else if (mode != SslMode.DISABLE) {
            options.setTrustAll(true);
        }
        if (mode == SslMode.VERIFY_FULL) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
    }

    /** The TLS mode: {@code disable} unless the URL says more. */
    public String sslMode() {
        return parameter("sslmode").orElse("disable");
    }

    /** A parameter of the URL. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The URL for people: with the password masked. */
    @Override
    public String toString() {
        String secret = password.isPresent() ? ":***" : "";
        return address().replace("://", "://" + PercentEncoding.encode(username) + secret + "@")
                + PercentEncoding.query(parameters);
    }

    private String applicationName() {
        return parameter("application_name")
                .or(() -> parameter("ApplicationName"))
                .orElse("zart-server");
    }

    private String address() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return "postgresql://" + name + ":" + port + "/" + PercentEncoding.encode(database);
    }

    private static void rename(Map<String, String> query, String from, String to) {
        String value = query.remove(from);
        if (value != null) {
            query.putIfAbsent(to, value);
        }
    }
}
