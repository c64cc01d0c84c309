package io.zart.server.execution;

/**
 * What became of an event, and whose it is.
 *
 * @param taskName the task of the execution that it was for
 */
public record EventReceipt(EventDelivery delivery, String taskName) {}
