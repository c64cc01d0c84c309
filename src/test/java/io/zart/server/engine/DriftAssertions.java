package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;

/** What becomes of a run whose handler has changed. */
final class DriftAssertions {

    private DriftAssertions() {}

    /** It has failed, and says which run and what of it does not match. */
    static void assertDrift(Execution execution, String... parts) {
        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.error().text())
                .contains("HandlerDrift", "test-1:run:0")
                .contains(parts);
    }

    /** It has gone on to its end. */
    static void assertCompatible(Execution execution) {
        assertThat(execution.status()).as("%s", execution.error()).isEqualTo(ExecutionStatus.COMPLETED);
    }
}
