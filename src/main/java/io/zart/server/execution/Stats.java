package io.zart.server.execution;

/** Executions by status. */
public record Stats(long scheduled, long running, long completed, long failed, long cancelled) {}
