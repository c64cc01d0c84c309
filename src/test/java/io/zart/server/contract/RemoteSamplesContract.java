package io.zart.server.contract;

import io.zart.server.testing.ClientProcess;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The whole contract, served by a worker in another language, but for what {@link RemoteOtherSettingsContract} has. */
abstract class RemoteSamplesContract extends RemoteServing {

    static void serve(ClientProcess.Language language) {
        serve(language, Map.of(), Map.of());
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

    @Nested
    class Bulk extends BulkContract {}

    @Nested
    class Body extends BodyContract {}

    @Nested
    class Conventions extends ConventionsContract {}

    @Nested
    class HealthMetrics extends HealthMetricsContract {}

    @Nested
    class OpenApi extends OpenApiContract {}

    @Nested
    class UiSequence extends UiSequenceContract {}
}
