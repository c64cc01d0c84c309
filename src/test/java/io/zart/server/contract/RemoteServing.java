package io.zart.server.contract;

import io.restassured.RestAssured;
import io.zart.server.testing.ClientProcess;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/**
 * Contracts over the packaged service without its own sample handlers: a worker in another language serves them, and no client can
 * tell the difference.
 */
abstract class RemoteServing extends ServiceContract {

    private static TestDatabase database;
    private static ServiceProcess service;
    private static ClientProcess worker;
    private static int portBefore;

    /** Starts the service and the worker; skips everything where the language is absent. */
    static void serve(ClientProcess.Language language, Map<String, String> settings, Map<String, String> ofTheWorker) {
        language.assumePresent();
        database = TestDatabase.create();
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("ZART_DATABASE_URL", database.url());
        environment.put("ZART_SAMPLES_ENABLED", "false");
        service = ServiceProcess.start(environment);
        worker = ClientProcess.samples(language, service.url(), ofTheWorker);
        portBefore = RestAssured.port;
        RestAssured.port =
                Integer.parseInt(service.url().substring(service.url().lastIndexOf(':') + 1));
    }

    @AfterAll
    static void stop() {
        if (database != null) {
            RestAssured.port = portBefore;
            worker.close();
            service.close();
            database.drop();
            database = null;
        }
    }
}
