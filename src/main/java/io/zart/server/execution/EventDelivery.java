package io.zart.server.execution;

/** What became of an event. */
public enum EventDelivery {
    /** A wait took it. */
    DELIVERED,
    /** Kept for a later wait. */
    BUFFERED,
    /** Its key is known in this run; nothing was stored. */
    DUPLICATE
}
