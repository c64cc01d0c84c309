package io.zart.server.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of the service. Each is a property, for example {@code zart.wait-max}, and an environment variable,
 * {@code ZART_WAIT_MAX}. Durations are written {@code 500ms}, {@code 15s}, {@code 5m}, {@code 2h}, {@code 30d} or in
 * ISO-8601, sizes {@code 512K} or {@code 2M}. A value that does not parse or is out of range stops the start.
 */
@ConfigMapping(prefix = "zart")
public interface ZartConfig {

    /** The connections to PostgreSQL. */
    Database database();

    /** Where the public API lives. Starts with a slash; may not nest with the admin prefix or a root path. */
    @WithDefault("/api/v1")
    String apiPrefix();

    /** Where the admin API lives, under the same rules. */
    @WithDefault("/zart/admin/v1")
    String adminPrefix();

    /** The built-in sample handlers. */
    Samples samples();

    /** The origins that browsers may call from, or {@code *}. None, unless in dev mode or with the embedded database. */
    Optional<List<String>> corsOrigins();

    /** How long an activation holds its task without a sign of life, from 1s to 1h; renewed at a third of it. */
    @WithDefault("15s")
    @WithConverter(DurationConverter.class)
    Duration lease();

    /**
     * How many activations run at once in this instance, up to 10000; 0 makes it an API-only instance. By default 2048, and 512
     * on a Java without virtual threads, where each body that blocks takes a thread of the system.
     */
    OptionalInt workerConcurrency();

    /**
     * How often in a row a run is picked up, from 1 to 1000000, without any progress recorded, before it fails: whoever
     * picks it up dies of it.
     */
    @WithDefault("20")
    int poisonActivations();

    /**
     * How long, from 0s to 5m, the steps under way may take after a SIGTERM once the last request is answered; what has not
     * ended then is begun again by another instance.
     */
    @WithDefault("5s")
    @WithConverter(DurationConverter.class)
    Duration drainTimeout();

    /** The longest that a wait is held, from 1s to 55s; a client that asks for more gets this. */
    @WithDefault("30s")
    @WithConverter(DurationConverter.class)
    Duration waitMax();

    /** The largest request body, from 1K to 256M; a larger one is answered 413. */
    @WithDefault("2M")
    @WithConverter(ByteSizeConverter.class)
    ByteSize maxBodySize();

    /** The age at which finished executions are deleted, from 1s to 36500d, or {@code off} to keep them. */
    @WithDefault("30d")
    @WithConverter(RetentionConverter.class)
    Retention retention();

    /** Who may call. */
    Security security();

    /**
     * A port of their own for health checks and metrics, from 1 to 65535; they leave the port of the API then. Without it they
     * are on the port of the API, open to all.
     */
    OptionalInt managementPort();

    /** The same for completed executions alone; {@link #retention} by default. */
    @WithName("retention.completed")
    @WithConverter(RetentionConverter.class)
    Optional<Retention> retentionOfCompleted();

    /** The same for failed executions alone; {@link #retention} by default. */
    @WithName("retention.failed")
    @WithConverter(RetentionConverter.class)
    Optional<Retention> retentionOfFailed();

    /** The same for cancelled executions alone; {@link #retention} by default. */
    @WithName("retention.cancelled")
    @WithConverter(RetentionConverter.class)
    Optional<Retention> retentionOfCancelled();

    /** The embedded database. */
    Embedded embedded();

    /** How large things may become. */
    LimitSettings limits();

    /** The connections to PostgreSQL. */
    interface Database {

        /**
         * {@code postgresql://[user[:password]@]host[:port]/db[?…]}, also the {@code jdbc:} form. Without it the jar and
         * dev mode run an embedded database, and the native binary stops.
         */
        Optional<String> url();

        /** The role to connect as; the one in the URL by default. */
        Optional<String> username();

        /** Its password; the one in the URL by default. Never logged. */
        Optional<String> password();

        /** A URL for the listener and for migrations, when the other leads through a transaction pooler. */
        Optional<String> directUrl();

        /** How many connections this instance opens for statements, from 2 to 1000; the listener has one more. */
        @WithDefault("16")
        int maxSize();
    }

    /** Who may call. */
    interface Security {

        /** Whether callers must show an API key or a token. Needs at least one of the other settings. */
        @WithDefault("false")
        boolean enabled();

        /**
         * API keys, each as {@code NAME ROLE[,ROLE] SHA256 [EXPIRES]}, separated by semicolons: the hexadecimal SHA-256 of the
         * key, and the moment from which it is refused. Roles are {@code viewer}, {@code client}, {@code worker} and
         * {@code operator}.
         */
        Optional<String> apiKeys();

        /** A file with one such key on each line; read again when it changes, so that keys are rotated without a restart. */
        Optional<String> apiKeysFile();

        /** The issuer of OpenID Connect tokens; their roles are those of the same names. See also {@code quarkus.oidc.*}. */
        Optional<String> oidcUrl();
    }

    /** How large things may become. An execution at a limit can still be read and cancelled. */
    interface LimitSettings {

        /** The largest result of a step or a run as JSON, from 1K to 256M; a larger one fails. */
        @WithDefault("2M")
        @WithConverter(ByteSizeConverter.class)
        ByteSize resultSize();

        /** The steps of a run, from 1 to 1000000; a run that asks for more fails. */
        @WithDefault("10000")
        int steps();

        /** The branches of one parallel group, from 1 to 100000; a run that asks for more fails. */
        @WithDefault("1000")
        int branches();

        /** The events of a run that no wait has taken yet, from 1 to 1000000; further ones are answered 409. */
        @WithDefault("10000")
        int events();

        /** The waits and streams parked on this instance, from 1 to 1000000; further ones are answered 503. */
        @WithDefault("50000")
        int parkedWaits();
    }

    /** The built-in sample handlers. */
    interface Samples {

        /** Whether they are registered. True in dev mode and with the embedded database, unless set. */
        @WithDefault("false")
        boolean enabled();
    }

    /** The embedded database. */
    interface Embedded {

        /** The folder of its data. By default {@code .zart/embedded} in the user's home. */
        Optional<String> dataDir();
    }
}
