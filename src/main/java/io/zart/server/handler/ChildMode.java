package io.zart.server.handler;

/** For how many children a body waits. */
public enum ChildMode {
    /** All must have ended. */
    ALL,
    /** One is enough. */
    ANY
}
