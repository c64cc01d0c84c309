package io.zart.server.config;

import java.util.Optional;

/**
 * The addresses of the one database.
 *
 * @param service where statements go
 * @param direct where the listener and migrations go: the same, unless that leads through a pooler
 */
public record DatabaseUrls(DatabaseUrl service, DatabaseUrl direct) {

    /**
     * Reads the addresses from the settings.
     *
     * @param url the URL of the database
     * @param username overrides the role of both URLs
     * @param password overrides the password of both URLs
     * @param directUrl the second URL, if it differs
     * @return both addresses
     */
    public static DatabaseUrls of(
            String url, Optional<String> username, Optional<String> password, Optional<String> directUrl) {
        DatabaseUrl service = DatabaseUrl.parse(url).withCredentials(username, password);
        DatabaseUrl direct = directUrl
                .map(text -> DatabaseUrl.parse(text).withCredentials(username, password))
                .orElse(service);
        return new DatabaseUrls(service, direct);
    }
}
