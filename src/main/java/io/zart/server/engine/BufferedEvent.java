package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import java.time.Instant;

/** An event that no wait has taken yet. Events of one name are taken in the order of {@code seq}. */
public record BufferedEvent(long seq, String name, JsonText payload, Instant arrivedAt) {}
