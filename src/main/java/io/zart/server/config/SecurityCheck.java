package io.zart.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Refuses a security that would let nobody in, or whose keys cannot be read. No message shows a key. */
final class SecurityCheck {

    /** The settings that name credentials. */
    static final List<String> CREDENTIALS =
            List.of("zart.security.api-keys", "zart.security.api-keys-file", "zart.security.oidc-url");

    private final SettingsCheck settings;

    SecurityCheck(SettingsCheck settings) {
        this.settings = settings;
    }

    void check() {
        boolean on = settings.value("zart.security.enabled")
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        if (on && CREDENTIALS.stream().allMatch(name -> settings.value(name).isEmpty())) {
            throw new SettingException(
                    "zart.security.enabled (ZART_SECURITY_ENABLED) is true but nobody could call: set "
                            + "ZART_SECURITY_API_KEYS_FILE, ZART_SECURITY_API_KEYS or ZART_SECURITY_OIDC_URL");
        }
        read("zart.security.api-keys", settings.value("zart.security.api-keys"), ApiKey::parseAll);
        if (on) {
            read("zart.security.api-keys-file", settings.value("zart.security.api-keys-file"), SecurityCheck::readFile);
        }
        read("zart.security.oidc-url", settings.value("zart.security.oidc-url"), SecurityCheck::issuer);
    }

    private static void read(String property, Optional<String> value, java.util.function.Consumer<String> reader) {
        try {
            value.ifPresent(reader);
        } catch (IllegalArgumentException e) {
            String variable = new Setting(property, "", String::valueOf, true).variable();
            throw new SettingException(property + " (" + variable + ") cannot be used: " + e.getMessage());
        }
    }

    private static void readFile(String file) {
        ApiKey.read(Path.of(file));
    }

    private static void issuer(String url) {
        String scheme = URI.create(url.trim()).getScheme();
        if (!"https".equals(scheme) && !"http".equals(scheme)) {
            throw new IllegalArgumentException("allowed is https://HOST[:PORT][/PATH]");
        }
    }
}
