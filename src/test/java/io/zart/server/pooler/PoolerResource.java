package io.zart.server.pooler;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zart.server.config.ByteSize;
import io.zart.server.config.DatabaseUrl;
import io.zart.server.config.DerivedSettings;
import io.zart.server.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A fresh database to which statements go through a pooler in transaction mode, and the listener goes directly. */
public class PoolerResource implements QuarkusTestResourceLifecycleManager {

    /** Fewer server connections than the service opens, so that they are shared. */
    private static final int SERVER_CONNECTIONS = 4;

    static final int SERVICE_CONNECTIONS = 12;

    private TestDatabase database;
    private TransactionPooler pooler;

    @Override
    public Map<String, String> start() {
        database = TestDatabase.create();
        DatabaseUrl direct = database.databaseUrl();
        try {
            pooler = new TransactionPooler(
                    direct.port(),
                    direct.username(),
                    direct.database(),
                    SERVER_CONNECTIONS,
                    Set.of("extra_float_digits"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String url = database.url().replace(":" + direct.port() + "/", ":" + pooler.port() + "/");
        Map<String, String> settings =
                new HashMap<>(DerivedSettings.database(DatabaseUrl.parse(url), direct, SERVICE_CONNECTIONS));
        settings.putAll(DerivedSettings.http(ByteSize.parse("2M")));
        settings.put("zart.database.url", url);
        settings.put("zart.database.direct-url", database.url());
        settings.put("zart.samples.enabled", "true");
        return settings;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(pooler, new TestInjector.MatchesType(TransactionPooler.class));
    }

    @Override
    public void stop() {
        try {
            if (pooler != null) {
                pooler.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (database != null) {
                database.drop();
            }
        }
    }
}
