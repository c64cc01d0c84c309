package io.zart.server.engine;

import java.time.Instant;

/** What both kinds of context know of the run. */
abstract class RunContext {

    final Activation activation;
    final Codec codec;

    RunContext(Activation activation) {
        this.activation = activation;
        this.codec = activation.codec();
    }

    public String executionId() {
        return activation.lease().executionId();
    }

    public int runIndex() {
        return activation.lease().runIndex();
    }

    public Instant deadline() {
        return activation.deadline();
    }

    public boolean cancelled() {
        return activation.stopped();
    }
}
