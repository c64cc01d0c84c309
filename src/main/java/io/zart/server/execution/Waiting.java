package io.zart.server.execution;

import java.time.Instant;

/**
 * What an active execution waits for.
 *
 * @param kind {@code event}, {@code sleep} or {@code retry}
 * @param name the event or the step
 * @param until when the wait ends by itself, null if never
 */
public record Waiting(String kind, String name, Instant until) {}
