package io.zart.server.engine;

/** What became of the start of a child. */
public enum ChildStarted {
    /** It is there, started now or by an earlier try of the same run. */
    OK,
    /** The id belongs to another execution. */
    ID_TAKEN,
    /** The parent's lease is lost: nothing was started. */
    LEASE_LOST
}
