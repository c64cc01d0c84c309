package io.zart.server.config;

/** The service ends: it is known to be not ready for long enough, and from now on it takes up nothing new. A CDI event. */
public record Draining() {}
