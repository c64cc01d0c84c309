package io.zart.server.security;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.zart.server.config.ApiKey;
import io.zart.server.config.ZartConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** The API keys of this start, and the present ones of the file. Never blocks a caller; safe for use by any thread. */
@Singleton
public class ApiKeys {

    private static final Logger LOG = Logger.getLogger(ApiKeys.class);
    private static final long RELOAD_MILLIS = 5_000;

    private final Vertx vertx;
    private final Clock clock = Clock.systemUTC();
    private final List<ApiKey> fixed;
    private final Optional<Path> file;
    private final AtomicReference<List<ApiKey>> fromFile = new AtomicReference<>(List.of());
    private final AtomicLong timer = new AtomicLong(-1);

    ApiKeys(Vertx vertx, ZartConfig config) {
        this.vertx = vertx;
        this.fixed = config.security().apiKeys().map(ApiKey::parseAll).orElse(List.of());
        this.file =
                config.security().enabled() ? config.security().apiKeysFile().map(Path::of) : Optional.empty();
        file.ifPresent(path -> fromFile.set(ApiKey.read(path)));
    }

    void start(@Observes StartupEvent event) {
        file.ifPresent(path -> timer.set(vertx.setPeriodic(
                RELOAD_MILLIS,
                due -> vertx.executeBlocking(() -> ApiKey.read(path))
                        .onSuccess(this::replace)
                        .onFailure(failure -> LOG.warnf(
                                "The API keys are not read again, the present ones stay: %s", failure.getMessage())))));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer.get());
    }

    private void replace(List<ApiKey> keys) {
        if (!keys.equals(fromFile.getAndSet(keys))) {
            LOG.infof("%d API keys were read", keys.size());
        }
    }

    /** Who holds that key; empty when it is unknown or has expired. Looks at every key, so the time tells nothing. */
    Optional<Caller> caller(String key) {
        String hash = ApiKey.hash(key);
        ApiKey found = null;
        List<ApiKey> keys = new ArrayList<>(fixed);
        keys.addAll(fromFile.get());
        for (ApiKey candidate : keys) {
            if (candidate.hasHash(hash)) {
                found = candidate;
            }
        }
        return Optional.ofNullable(found)
                .filter(match -> !match.expired(clock.instant()))
                .map(match -> new Caller(match.name(), match.roles()));
    }
}
