package io.zart.server.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zart.server.config.ByteSize;
import io.zart.server.config.DatabaseUrl;
import io.zart.server.config.DerivedSettings;
import java.util.HashMap;
import java.util.Map;

/** Gives a Quarkus test, or the packaged service under test, a fresh database and the sample handlers. */
public class PostgresTestResource implements QuarkusTestResourceLifecycleManager {

    private TestDatabase database;

    @Override
    public Map<String, String> start() {
        database = TestDatabase.create();
        DatabaseUrl url = database.databaseUrl();
        Map<String, String> settings = new HashMap<>(DerivedSettings.database(url, url, 16));
        settings.putAll(DerivedSettings.http(ByteSize.parse("2M")));
        settings.put("zart.database.url", database.url());
        settings.put("zart.samples.enabled", "true");
        return settings;
    }

    @Override
    public void stop() {
        if (database != null) {
            database.drop();
        }
    }
}
