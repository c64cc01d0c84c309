package io.zart.server.execution;

import java.time.Instant;

/**
 * What an active execution waits for.
 *
 * @param kind {@code event}, {@code sleep}, {@code retry}, or {@code worker} when nobody serves its task name at present
 * @param name the event, the step or the task name
 * @param until when the wait ends by itself, null if never
 */
public record Waiting(String kind, String name, Instant until) {}
