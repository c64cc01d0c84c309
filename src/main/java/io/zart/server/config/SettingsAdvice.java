package io.zart.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds settings that are legal but unsafe or without effect, and says what to do about each. */
public final class SettingsAdvice {

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "::1");

    private final SettingsCheck settings;

    /**
     * Looks at settings that have been checked.
     *
     * @param settings the settings
     */
    public SettingsAdvice(SettingsCheck settings) {
        this.settings = settings;
    }

    /**
     * Lists what should be changed.
     *
     * @return one line for each, with the recommended action
     */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        settings.value("zart.database.url").ifPresentOrElse(url -> database(url, warnings), () -> embedded(warnings));
        security(warnings);
        settings.value("zart.lease")
                .map(Durations::parse)
                .filter(SettingsAdvice::isShort)
                .ifPresent(lease -> warnings.add(
                        "zart.lease is under 5s: a pause of the JVM or the database can lose leases; use 15s"));
        if (settings.value("zart.retention").filter("off"::equalsIgnoreCase).isPresent()) {
            warnings.add("zart.retention is off: the database grows for ever; set an age unless you purge it yourself");
        }
        return warnings;
    }

    private void security(List<String> warnings) {
        boolean on = settings.value("zart.security.enabled")
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        if (!on && settings.value("zart.database.url").isPresent()) {
            warnings.add("SECURITY IS OFF: whoever reaches this service may start, read and cancel everything; "
                    + "set zart.security.enabled=true and zart.security.api-keys-file or zart.security.oidc-url");
        }
        if (!on
                && SecurityCheck.CREDENTIALS.stream()
                        .anyMatch(name -> settings.value(name).isPresent())) {
            warnings.add("zart.security.* names credentials but has no effect; set zart.security.enabled=true");
        }
    }

    private void database(String text, List<String> warnings) {
        DatabaseUrl url = DatabaseUrl.parse(text);
        if (!LOCAL.contains(url.host()) && !url.sslMode().startsWith("verify-")) {
            warnings.add("the connection to the database is not protected against a false server; "
                    + "add sslmode=verify-full&sslrootcert=FILE to zart.database.url unless the network is trusted");
        }
        if (settings.value("zart.cors-origins").filter("*"::equals).isPresent()) {
            warnings.add("zart.cors-origins is *: any web page may call this service; name the origins that may");
        }
        if (settings.value("zart.samples.enabled")
                .filter("true"::equalsIgnoreCase)
                .isPresent()) {
            warnings.add("zart.samples.enabled is true with a database of your own; set it to false in production");
        }
        if (settings.value("zart.embedded.data-dir").isPresent()) {
            warnings.add("zart.embedded.data-dir has no effect beside zart.database.url; remove one of them");
        }
    }

    private void embedded(List<String> warnings) {
        for (String name : List.of("username", "password", "direct-url")) {
            if (settings.value("zart.database." + name).isPresent()) {
                warnings.add("zart.database." + name + " has no effect without zart.database.url; set that too");
            }
        }
    }

    private static boolean isShort(Duration lease) {
        return lease.compareTo(Duration.ofSeconds(5)) < 0;
    }
}
