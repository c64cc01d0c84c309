package io.zart.server.config;

import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.DotEnvConfigSourceProvider;
import io.smallrye.config.PropertiesConfigSourceLoader;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What happens before Quarkus starts: the settings are checked, a database is provided, Quarkus' settings are derived. */
public final class Launch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.zart.server");
    private static final int DEFAULT_MAX_SIZE = 16;
    private static final long PATIENCE_SECONDS = 60;
    private static final List<String> OTLP_ENDPOINTS =
            List.of("quarkus.otel.exporter.otlp.endpoint", "quarkus.otel.exporter.otlp.traces.endpoint");

    private final SettingsCheck settings;
    private final Map<String, String> derived = new LinkedHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Optional<EmbeddedDatabase.Running> embedded = Optional.empty();

    private Launch(SettingsCheck settings) {
        this.settings = settings;
    }

    /**
     * Gets everything ready.
     *
     * @param extra further settings for this run
     * @return to be closed after Quarkus has stopped
     * @throws SettingException if the service cannot start; the message is one line
     */
    public static Launch prepare(Map<String, String> extra) {
        SettingsCheck settings = new SettingsCheck(sources());
        settings.check();
        Launch launch = new Launch(settings);
        launch.derived.putAll(extra);
        try {
            launch.derive();
            return launch;
        } catch (RuntimeException e) {
            launch.close();
            throw e;
        }
    }

    private void derive() {
        new SettingsAdvice(settings).warnings().forEach(LOG::warn);
        Optional<String> url = settings.value("zart.database.url");
        if (url.isPresent()) {
            database(DatabaseUrls.of(
                    url.get(),
                    settings.value("zart.database.username"),
                    settings.value("zart.database.password"),
                    settings.value("zart.database.direct-url")));
        } else {
            startEmbedded();
        }
        settings.value("zart.security.oidc-url")
                .filter(issuer -> settings.value("zart.security.enabled")
                        .filter("true"::equalsIgnoreCase)
                        .isPresent())
                .ifPresent(issuer -> derived.putAll(DerivedSettings.oidc(issuer)));
        if (OTLP_ENDPOINTS.stream().anyMatch(name -> settings.value(name).isPresent())) {
            derived.put("quarkus.otel.sdk.disabled", "false");
        }
        settings.value("zart.max-body-size")
                .map(ByteSize::parse)
                .or(() -> Optional.of(new ByteSize(2 << 20)))
                .ifPresent(size -> derived.putAll(DerivedSettings.http(size)));
        if (settings.value(DerivedSettings.EVENT_LOOPS).isEmpty()) {
            derived.putAll(DerivedSettings.eventLoops(Runtime.getRuntime().availableProcessors()));
        }
        derived.forEach(System::setProperty);
    }

    private void database(DatabaseUrls urls) {
        int maxSize = settings.value("zart.database.max-size")
                .map(text -> Integer.valueOf(text.trim()))
                .orElse(DEFAULT_MAX_SIZE);
        derived.putAll(DerivedSettings.database(urls.service(), urls.direct(), maxSize));
    }

    private void startEmbedded() {
        EmbeddedDatabase database = EmbeddedDatabases.find()
                .orElseThrow(() -> new SettingException(
                        "zart.database.url is not set and this build has no embedded database: set ZART_DATABASE_URL to "
                                + DatabaseUrl.ALLOWED));
        EmbeddedDatabase.Running running = database.start(dataDir());
        embedded = Optional.of(running);
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitClosed, "embedded-database-stop"));
        LOG.warnf(
                "EMBEDDED DATABASE, for development only: its data lies in %s; set ZART_DATABASE_URL in production",
                running.dataDir());
        derived.put("zart.database.url", running.url());
        derived.put("zart.database.username", "");
        derived.put("zart.database.password", "");
        derived.put("zart.database.direct-url", "");
        defaultTo("zart.samples.enabled", "true");
        defaultTo("zart.cors-origins", "*");
        DatabaseUrl url = DatabaseUrl.parse(running.url());
        database(new DatabaseUrls(url, url));
    }

    private void defaultTo(String property, String value) {
        if (settings.value(property).isEmpty()) {
            derived.put(property, value);
        }
    }

    private Path dataDir() {
        return settings.value("zart.embedded.data-dir")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".zart", "embedded"))
                .toAbsolutePath()
                .normalize();
    }

    /** Takes back what was derived, and stops the embedded database. */
    @Override
    public void close() {
        derived.keySet().forEach(System::clearProperty);
        try {
            embedded.ifPresent(EmbeddedDatabase.Running::close);
        } finally {
            closed.countDown();
        }
    }

    /** Keeps a JVM that was told to end until {@link #close} has stopped the database, which is after Quarkus. */
    private void awaitClosed() {
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("zart-server: the embedded database is left running; the next start takes it over");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same sources, in the same order, as Quarkus reads at run time. */
    private static SmallRyeConfig sources() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .forClassLoader(loader)
                .addDefaultInterceptors()
                .addDefaultSources()
                .addDiscoveredConverters()
                .withProfile(System.getProperty(
                        "quarkus.profile",
                        Optional.ofNullable(System.getenv("QUARKUS_PROFILE"))
                                .orElse(LaunchMode.current().getDefaultProfile())));
        builder.withSources(PropertiesConfigSourceLoader.inFileSystem("config/application.properties", 260, loader));
        builder.withSources(PropertiesConfigSourceLoader.inClassPath("application.properties", 250, loader));
        new DotEnvConfigSourceProvider(Path.of(".env").toAbsolutePath().toUri().toString())
                .getConfigSources(loader)
                .forEach(builder::withSources);
        return builder.build();
    }
}
