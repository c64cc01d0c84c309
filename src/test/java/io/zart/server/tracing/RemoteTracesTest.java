package io.zart.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.engine.Lease;
import org.junit.jupiter.api.Test;

/** The trace of a later activation is known by its lease alone. */
class RemoteTracesTest {

    @Test
    void everyInstanceDerivesTheSameTraceFromALeaseAndAnotherFromTheNextOne() {
        Lease lease = new Lease("order-1", 0, 2);
        assertThat(RemoteTraces.derived(lease).isValid()).isTrue();
        assertThat(RemoteTraces.derived(new Lease("order-1", 0, 2)).getTraceId())
                .isEqualTo(RemoteTraces.derived(lease).getTraceId());
        assertThat(RemoteTraces.derived(new Lease("order-1", 0, 3)).getTraceId())
                .isNotEqualTo(RemoteTraces.derived(lease).getTraceId());
    }
}
