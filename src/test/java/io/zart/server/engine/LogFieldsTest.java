package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

/** What is logged during the work of a run is marked with it, and nothing else is. */
class LogFieldsTest {

    private static final Lease LEASE = new Lease("order-1", 2, 7);

    @Test
    void aStepIsMarkedWithItsExecutionItsRunAndItsName() {
        Map<String, Object> seen = new HashMap<>();
        LogFields.of(LEASE, "charge", () -> seen.putAll(MDC.getMap())).run();
        assertThat(seen)
                .containsEntry("execution", "order-1")
                .containsEntry("run", "2")
                .containsEntry("step", "charge");
    }

    @Test
    void afterAStepTheBodyIsMarkedAgainAndAfterTheBodyNothingIs() {
        Map<String, Object> between = new HashMap<>();
        LogFields.of(LEASE, () -> {
                    LogFields.of(LEASE, "charge", () -> {}).run();
                    between.putAll(MDC.getMap());
                })
                .run();
        assertThat(between).containsEntry("execution", "order-1").doesNotContainKey("step");
        assertThat(MDC.getMap()).doesNotContainKeys("execution", "run", "step");
    }
}
