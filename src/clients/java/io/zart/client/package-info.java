/**
 * A client of the service and workers for it, for programs outside of the service. Needs Java 17 and Jackson.
 *
 * <p>{@link io.zart.client.ZartClient} starts, awaits and cancels executions; {@link io.zart.client.Worker} runs their bodies.
 */
package io.zart.client;
