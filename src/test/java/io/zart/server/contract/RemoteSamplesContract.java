package io.zart.server.contract;

import io.restassured.RestAssured;
import io.zart.server.testing.ClientProcess;
import io.zart.server.testing.ServiceProcess;
import io.zart.server.testing.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/**
 * The contract of everything that executions do, over the packaged service without its own sample handlers: a worker in another
 * language serves them, and no client can tell the difference.
 */
abstract class RemoteSamplesContract extends ServiceContract {

    private static TestDatabase database;
    private static ServiceProcess service;
    private static ClientProcess worker;
    private static int portBefore;

    /** Starts the service and the worker; skips everything where the language is absent. */
    static void serve(ClientProcess.Language language) {
        language.assumePresent();
        database = TestDatabase.create();
        service = ServiceProcess.start(Map.of("ZART_DATABASE_URL", database.url(), "ZART_SAMPLES_ENABLED", "false"));
        worker = ClientProcess.samples(language, service.url(), Map.of());
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

    @Nested
    class SampleHandlers extends SampleHandlersContract {}

    @Nested
    class JsonFidelity extends JsonFidelityContract {}

    @Nested
    class ExecutionShape extends ExecutionShapeContract {}

    @Nested
    class Start extends StartContract {}

    @Nested
    class ConflictPolicy extends ConflictPolicyContract {}

    @Nested
    class GetList extends GetListContract {}

    @Nested
    class Stats extends StatsContract {}

    @Nested
    class Cancel extends CancelContract {}

    @Nested
    class Wait extends WaitContract {}

    @Nested
    class WaitMany extends WaitManyContract {}

    @Nested
    class EventStream extends EventStreamContract {}

    @Nested
    class Events extends EventsContract {}

    @Nested
    class Detail extends DetailContract {}

    @Nested
    class RetryStep extends RetryStepContract {}

    @Nested
    class Restart extends RestartContract {}

    @Nested
    class Rerun extends RerunContract {}

    @Nested
    class Pause extends PauseContract {}

    @Nested
    class Audit extends AuditContract {}
}
