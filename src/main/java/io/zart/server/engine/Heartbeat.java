package io.zart.server.engine;

import io.zart.server.execution.JsonText;

/**
 * A sign of life of a holder.
 *
 * @param working the steps in work: a JSON array of {@code {"name","kind","position","group","attempt","ms"}}, ms being how long
 *     the attempt has been running; null if none
 */
public record Heartbeat(Lease lease, JsonText working) {}
