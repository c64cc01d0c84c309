package io.zart.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/** Refuses values that do not parse or are out of range, before anything starts. */
public final class SettingsCheck {

    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/,\\s?#@]+", Pattern.CASE_INSENSITIVE);
    private static final Setting API_PREFIX = new Setting("zart.api-prefix", Prefixes.ALLOWED, Prefixes::parse, false);
    private static final List<Setting> SETTINGS = List.of(
            new Setting("zart.database.url", DatabaseUrl.ALLOWED, DatabaseUrl::parse, true),
            new Setting("zart.database.direct-url", DatabaseUrl.ALLOWED, DatabaseUrl::parse, true),
            number("zart.database.max-size", 2, 1000),
            API_PREFIX,
            new Setting("zart.admin-prefix", Prefixes.ALLOWED, Prefixes::parse, false),
            new Setting("zart.samples.enabled", "true or false", SettingsCheck::bool, false),
            new Setting(
                    "zart.cors-origins",
                    "* or origins such as https://a.example,https://b.example",
                    SettingsCheck::origins,
                    false),
            new Setting("zart.security.enabled", "true or false", SettingsCheck::bool, false),
            number("zart.management-port", 1, 65_535),
            duration("zart.lease", Duration.ofSeconds(1), Duration.ofHours(1)),
            number("zart.worker-concurrency", 0, 10_000),
            new Setting(
                    "zart.limits.result-size", ByteSize.ALLOWED + ", from 1K to 256M", SettingsCheck::bodySize, false),
            number("zart.limits.steps", 1, 1_000_000),
            number("zart.limits.branches", 1, 100_000),
            number("zart.limits.events", 1, 1_000_000),
            number("zart.limits.parked-waits", 1, 1_000_000),
            number("zart.poison-activations", 1, 1_000_000),
            duration("zart.drain-timeout", Duration.ZERO, Duration.ofMinutes(5)),
            duration("zart.wait-max", Duration.ofSeconds(1), Duration.ofSeconds(55)),
            new Setting("zart.max-body-size", ByteSize.ALLOWED + ", from 1K to 256M", SettingsCheck::bodySize, false),
            retention("zart.retention"),
            retention("zart.retention.completed"),
            retention("zart.retention.failed"),
            retention("zart.retention.cancelled"));

    private final Config config;

    /**
     * Checks nothing yet.
     *
     * @param config all sources of settings
     */
    public SettingsCheck(Config config) {
        this.config = config;
    }

    /**
     * Checks every setting.
     *
     * @throws SettingException for the first that is wrong; its message is one line
     */
    public void check() {
        for (Setting setting : SETTINGS) {
            rawValue(setting.property()).ifPresent(setting::check);
        }
        new SecurityCheck(this).check();
        String api = value("zart.api-prefix").orElse("/api/v1");
        String admin = value("zart.admin-prefix").orElse("/zart/admin/v1");
        if (Prefixes.collide(api, admin)) {
            throw API_PREFIX.refused(api, "it collides with zart.admin-prefix '" + admin + "'; ");
        }
    }

    /** A setting, if it is set and not empty. */
    public Optional<String> value(String property) {
        return rawValue(property).filter(value -> !value.isBlank());
    }

    /** A setting as written, also when it is empty: an empty prefix is an error, another empty value is none. */
    private Optional<String> rawValue(String property) {
        String text = config.getConfigValue(property).getValue();
        return Optional.ofNullable(text).filter(value -> !value.isBlank() || property.endsWith("-prefix"));
    }

    private static Setting number(String property, int least, int most) {
        Function<String, Integer> parser = text -> {
            int number = Integer.parseInt(text.trim());
            return require(number, number >= least && number <= most);
        };
        return new Setting(property, "a whole number from " + least + " to " + most, parser, false);
    }

    private static Setting duration(String property, Duration least, Duration most) {
        Function<String, Duration> parser = text -> between(Durations.parse(text), least, most);
        String range = ", from " + Durations.format(least) + " to " + Durations.format(most);
        return new Setting(property, Durations.ALLOWED + range, parser, false);
    }

    private static Duration between(Duration duration, Duration least, Duration most) {
        return require(duration, duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0);
    }

    private static Setting retention(String property) {
        Function<String, Retention> parser = text -> {
            Retention retention = Retention.parse(text);
            retention.age().ifPresent(age -> between(age, Duration.ofSeconds(1), Duration.ofDays(36_500)));
            return retention;
        };
        return new Setting(property, Retention.ALLOWED + ", from 1s to 36500d", parser, false);
    }

    private static ByteSize bodySize(String text) {
        ByteSize size = ByteSize.parse(text);
        return require(size, size.bytes() >= 1024 && size.bytes() <= 256L << 20);
    }

    private static Boolean bool(String text) {
        return require(
                Boolean.valueOf(text.trim()),
                text.trim().toLowerCase(Locale.ROOT).matches("true|false"));
    }

    private static String origins(String text) {
        for (String origin : text.split(",", -1)) {
            require(
                    origin,
                    text.trim().equals("*") || ORIGIN.matcher(origin.trim()).matches());
        }
        return text;
    }

    private static <T> T require(T value, boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }
}
