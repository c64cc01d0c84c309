package io.zart.server.engine;

/** What became of a write of an activation. */
public enum Verdict {
    /** It took effect. */
    OK,
    /** A recorded outcome only: the lease is current, but the step has an outcome already, which stands. */
    ALREADY_RECORDED,
    /** The lease is no longer current (cancelled, replaced, expired and claimed): nothing was written, the activation ends. */
    LEASE_LOST,
    /** A park only: the lease may be current, but an event has come that the activation does not know. */
    REFUSED
}
